import { createRandom, normal, type Random } from '../../random.ts'
import type { Night, SeriesKey } from '../../records/index.ts'

/** What truly happened to one service in 400 nights: factors of its parts by night, and what it ran on. */
type Story = {
  readonly targetName: string
  /** Factors of the times of an unchanged service. */
  readonly prefill?: (night: number) => number
  readonly decode?: (night: number) => number
  readonly outputTokens?: (night: number) => number
  readonly attributes?: (night: number) => Readonly<Record<string, string>>
}

export const NIGHTS = 400
/** The nights on which the stories begin, and where the ramp ends. */
export const STEP = 120
export const RAMP: readonly [from: number, to: number] = [180, 280]
export const MOVE = 250
export const LONGER = 320

const STORIES: readonly Story[] = [
  {
    targetName: 'chat',
    decode: (night) => (night < STEP ? 1 : 1.08),
    attributes: (night) => ({ image: night < STEP ? 'vllm:0.9.2' : 'vllm:0.10.0' }),
  },
  {
    targetName: 'code',
    prefill: (night) => 1 + 0.15 * Math.min(1, Math.max(0, (night - RAMP[0]) / (RAMP[1] - RAMP[0]))),
  },
  {
    targetName: 'search',
    prefill: (night) => (night < MOVE ? 1 : 1.06),
    decode: (night) => (night < MOVE ? 1 : 1.06),
    attributes: (night) => ({ host: night < MOVE ? 'gpu-07' : 'gpu-11' }),
  },
  { targetName: 'summaries', outputTokens: (night) => (night < LONGER ? 200 : 240) },
]

const METRICS = ['coldStartMs', 'ttftMsP50', 'tpotMsP50', 'e2eMsP50', 'outputTokensPerSecond'] as const
const FIRST_NIGHT = Date.UTC(2025, 0, 1, 3)
const DAY_MS = 86_400_000

export const nightAt = (night: number): string => new Date(FIRST_NIGHT + night * DAY_MS).toISOString()

/**
 * A history of four services, one story each, and quiet beside it: releases of the tool and a driver that change nothing, odd nights,
 * nights that are missing or invalid. A night's noise is 1.5 % that its metrics share and 1.5 % of each.
 */
export function fourStories(seed: number): ReadonlyMap<SeriesKey, readonly Night[]> {
  const random = createRandom(seed)
  return new Map(STORIES.flatMap((story) => [...seriesOf(story, random)]))
}

function seriesOf(story: Story, random: Random): ReadonlyMap<SeriesKey, readonly Night[]> {
  const series = new Map(METRICS.map((metric) => [metric, [] as Night[]]))
  for (let night = 0; night < NIGHTS; night++) {
    const isMissing = random.next() < 0.03
    const isInvalid = random.next() < 0.02
    const odd = random.next() < 0.01 ? 1.3 + 0.5 * random.next() : 1
    const shared = odd * Math.exp(0.015 * normal(random))
    const [values, outputTokens] = measuredOn(story, night)
    for (const metric of METRICS) {
      const noise = shared * Math.exp(0.015 * normal(random))
      const value = metric === 'outputTokensPerSecond' ? values[metric] / noise : values[metric] * noise
      if (!isMissing) series.get(metric)?.push(nightOf(story, night, { value, outputTokens, isInvalid }))
    }
  }
  return new Map(
    METRICS.map((metric) => [
      {
        ...{ targetName: story.targetName, scenario: '', metric, hardware: 'A100' },
        warmth: metric === 'coldStartMs' ? ('cold' as const) : ('warm' as const),
      },
      series.get(metric) ?? [],
    ]),
  )
}

function measuredOn(story: Story, night: number) {
  const tokens = story.outputTokens?.(night) ?? 200
  const ttftMsP50 = 80 * (story.prefill?.(night) ?? 1)
  const tpotMsP50 = 12 * (story.decode?.(night) ?? 1)
  const e2eMsP50 = ttftMsP50 + tpotMsP50 * (tokens - 1)
  const values = { ttftMsP50, tpotMsP50, e2eMsP50, outputTokensPerSecond: (1_000 * tokens) / e2eMsP50 }
  const host = story.prefill && story.decode ? story.prefill(night) : 1
  return [{ ...values, coldStartMs: 42_000 * host }, tokens] as const
}

type Measured = { readonly value: number; readonly outputTokens: number; readonly isInvalid: boolean }

const nightOf = (
  { attributes, targetName }: Story,
  night: number,
  { value, outputTokens, isInvalid }: Measured,
): Night => ({
  ...{ runId: `${targetName}-${night}`, at: nightAt(night), value, starts: 3 },
  ...(isInvalid
    ? { verdict: 'INCONCLUSIVE' as const, state: 'invalid' as const }
    : { verdict: 'PASS' as const, state: 'complete' as const }),
  attributes: {
    ...{ image: 'vllm:0.9.2', host: 'gpu-07', gpuDriver: night < 60 ? '550.90' : '560.35' },
    ...{ toolVersion: night < 340 ? '0.1.0' : '0.2.0', outputTokens, inputTokens: 512 },
    ...attributes?.(night),
  },
})
