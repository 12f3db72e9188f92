import { createRandom, normal } from '../../random.ts'
import type { Night, SeriesKey } from '../../records/index.ts'

export const E2E: SeriesKey = {
  ...{ targetName: 'chat', scenario: '', metric: 'e2eMsP50', warmth: 'warm' as const },
  hardware: 'A100',
}

/** What is not as on all other nights; `factor` times the level of 400, `nothing`: nobody measured. */
export type Special = {
  readonly factor?: number
  readonly nothing?: boolean
  readonly state?: Night['state']
  readonly reference?: number
  readonly attributes?: Night['attributes']
}

export const dayOf = (index: number): string =>
  new Date(Date.UTC(2025, 0, 1 + index, 3)).toISOString().slice(0, 10)

/** Nights of independent noise of sd 2 %, from a seed. */
export function nightsWith(
  count: number,
  special: (index: number) => Special = () => ({}),
  seed = 1,
): readonly Night[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, (_, index) => index).flatMap((index) => {
    const noise = Math.exp(0.02 * normal(random))
    const { factor = 1, nothing, state = 'complete', reference, attributes = {} } = special(index)
    if (nothing) return []
    return [
      {
        ...{
          runId: `run-${index}`,
          at: `${dayOf(index)}T03:00:00.000Z`,
          value: 400 * factor * noise,
          starts: 3,
        },
        ...{ verdict: 'PASS' as const, state, attributes },
        ...(reference !== undefined && { reference: reference * noise }),
      },
    ]
  })
}
