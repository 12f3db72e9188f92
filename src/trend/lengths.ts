import type { DismissalReason } from '../records/index.ts'
import { median } from '../statistics/index.ts'
import type { Point } from './points.ts'

type Explanation = {
  readonly reason: Extract<DismissalReason, 'output-length' | 'input-length' | 'cache-hits'>
  /** The most that it can have done to log(value): + is a larger value. */
  readonly atMost: number
  readonly says: string
}

/** A shift of what was asked or answered below this share is none. */
const SHIFT = 0.02

/**
 * Which way each metric goes when answers or prompts grow, or less of a prompt is found in the cache; 0: not at all. None goes
 * faster than in proportion: a request's time is a sum whose parts do not grow faster than the tokens that they are spent on.
 */
const SIGNS: readonly (readonly [metric: RegExp, output: number, input: number, uncached: number])[] = [
  [/^coldStart/, 0, 0, 0],
  [/^ttft/, 0, 1, 1],
  [/^tpot|^interChunk/, 1, 1, 0],
  [/^e2e/, 1, 1, 1],
  [/PerSecond/, 1, -1, -1],
]

/** What of the requests themselves shifted between two stretches of nights, and how much of a change of this metric that explains. */
export function explanationsOf(
  metric: string,
  before: readonly Point[],
  after: readonly Point[],
): readonly Explanation[] {
  const [, output, input, uncached] = SIGNS.find(([pattern]) => pattern.test(metric)) ?? [/./, 1, 1, 1]
  const rows = [
    ['output-length', 'outputTokens', output, 'answers', (tokens: number) => tokens],
    ['input-length', 'inputTokens', input, 'prompts', (tokens: number) => tokens],
    ['cache-hits', 'cacheHitRate', uncached, 'cache hits', (rate: number) => 1 - rate],
  ] as const
  return rows.flatMap(([reason, name, sign, what, size]) => {
    const [was, is] = [middle(before, name), middle(after, name)]
    if (sign === 0 || was === undefined || is === undefined || size(was) <= 0 || size(is) <= 0) return []
    const shift = Math.log(size(is) / size(was))
    if (Math.abs(shift) < Math.log1p(SHIFT)) return []
    const units =
      name === 'cacheHitRate' ? `${share(was)} → ${share(is)}` : `${round(was)} → ${round(is)} tokens`
    return [{ reason, atMost: sign * shift, says: `${what} went ${units}` }]
  })
}

const share = (rate: number): string => `${round(100 * rate)} %`
const round = (value: number): string => String(Math.round(value * 10) / 10)

function middle(points: readonly Point[], name: string): number | undefined {
  const values = points
    .map(({ night }) => night.attributes[name])
    .filter((value) => typeof value === 'number')
  return values.length > 0 ? median(values) : undefined
}
