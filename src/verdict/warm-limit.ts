import type { Comparison, Policy } from '../records/index.ts'
import { exceedsAfter, exceedsByFar, type Interval, median, medianInterval } from '../statistics/index.ts'
import { milliseconds } from './figures.ts'
import type { Sorted } from './samples.ts'

/** What the warm p50 is held against. */
export type WarmLimit = {
  readonly limitMs: number
  /** The limit that must be exceeded to fail on fewer samples, or fewer cold starts, than are needed to pass. */
  readonly certainMs: number
  /** Whether all but the warm samples suffices. */
  readonly enough: boolean
  /** What the p50 is compared with, in words. */
  readonly of: string
}

/**
 * Enough answers: a p50 within its limit passes. One above it fails if chance does not explain it: the interval of the
 * median, as wide as the answers depend on each other, lies above the limit, or the excess is so large that it needs no interval.
 * Too few answers: what would have stopped the benchmark fails; nothing passes.
 *
 * Simulated with log-normal answers (coefficient of variation 0.3, 20,000 series of 30) at AR(1) of 0 / .6 / .8 / .9: a median on
 * the limit fails in 1.2 / 1.8 / 2.7 / 4.1 %, one at twice the limit in 100 / 98 / 94 / 89 %.
 */
export function judgeWarm(sorted: Sorted, policy: Policy, limit: WarmLimit): Omit<Comparison, 'id' | 'says'> {
  const values = sorted.warm.map(({ e2eMs }) => e2eMs)
  const needed = Math.max(1, policy.minWarmSamples)
  const { limitMs } = limit
  if (values.length === 0)
    return { outcome: 'inconclusive', reason: `0 of at least ${needed} good warm answers`, limit: limitMs }
  const value = median(values)
  const figures = { value, limit: limitMs }
  const interval = medianInterval(values)
  const p50 = `warm p50 is ${milliseconds(value)}${between(interval)}${limit.of}`
  const many = `${p50}, n = ${values.length}`
  if (values.length >= needed) {
    if (value <= limitMs && limit.enough) return { outcome: 'passed', reason: many, ...figures }
    const mustExceed = limit.enough ? limitMs : limit.certainMs
    if (value > limitMs && isAbove(values, interval, mustExceed))
      return { outcome: 'failed', reason: many, ...figures }
    if (limit.enough) return { outcome: 'inconclusive', reason: `${many}: ${WITHIN_CHANCE}`, ...figures }
  }
  const after = exceedsAfter(sorted.warm, limit.certainMs)
  if (after !== undefined && value > limitMs)
    return { outcome: 'failed', reason: `${p50}, shown by ${after} answers`, ...figures }
  const starts = limit.enough ? '' : ` and ${sorted.cold.length} of ${policy.minColdStarts} cold starts`
  const reason = `${p50}, but from ${values.length} of at least ${needed} good warm answers${starts}`
  return { outcome: 'inconclusive', reason, ...figures }
}

/** Whether the median is above the limit by more than chance. */
const isAbove = (values: readonly number[], interval: Interval | undefined, limitMs: number): boolean =>
  (interval !== undefined && interval.low > limitMs) || exceedsByFar(values, limitMs)

const WITHIN_CHANCE = 'chance can explain the excess, more answers would settle it (bench.warmRequests)'

const between = (interval: Interval | undefined): string =>
  interval ? ` (95 %: ${milliseconds(interval.low)} to ${milliseconds(interval.high)})` : ''

/** The warm-to-cold limit against the slowest start: what breaks it breaks the limit of any other start too. */
export function kindestLimitMs({ cold }: Pick<Sorted, 'cold'>, policy: Policy): number | undefined {
  if (cold.length === 0) return undefined
  return policy.warmToColdRatio * Math.max(...cold.map(({ coldStartMs }) => coldStartMs))
}
