import type { Comparison, Policy } from '../records/index.ts'
import {
  exceedsAfter,
  exceedsByFar,
  type Interval,
  keepsByFar,
  median,
  medianInterval,
} from '../statistics/index.ts'
import { milliseconds } from './figures.ts'
import { settleNearLimit } from './near-limit.ts'
import type { Sorted } from './samples.ts'

/** What the warm p50 is held against. */
export type WarmLimit = {
  readonly limitMs: number
  /** The limit that must be exceeded to fail on fewer samples, or fewer cold starts, than are needed to pass. */
  readonly certainMs: number
  /** Where the limit is itself measured: the least and the most that it may be; `limitMs` when absent. */
  readonly leastMs?: number
  readonly mostMs?: number
  /** Whether all but the warm samples suffices. */
  readonly enough: boolean
  /** What the p50 is compared with, in words. */
  readonly of: string
}

/**
 * Enough answers: a p50 below its limit passes and one above it fails, each only if chance does not explain it: the limit lies
 * outside the interval of the median, which is as wide as the answers depend on each other, or so far from the answers that it
 * needs no interval. Too few answers: what would have stopped the benchmark fails; nothing passes.
 *
 * Simulated with log-normal answers (coefficient of variation 0.3, 20,000 series of 30) at AR(1) of 0 / .6 / .8 / .9: a median on
 * the limit fails in 1.2 / 1.8 / 2.7 / 4.1 % and passes in as many, one at twice the limit fails in 100 / 98 / 94 / 89 %.
 */
export function judgeWarm(sorted: Sorted, policy: Policy, limit: WarmLimit): Omit<Comparison, 'id' | 'says'> {
  const values = sorted.warm.map(({ e2eMs }) => e2eMs)
  const needed = Math.max(1, policy.minWarmSamples)
  const { limitMs } = limit
  if (values.length === 0)
    return {
      ...{ outcome: 'inconclusive', reason: `0 of at least ${needed} good warm answers`, limit: limitMs },
      wouldSettle: { INFERGATE_WARM_REQUESTS: needed },
    }
  const value = median(values)
  const figures = { value, limit: limitMs }
  const interval = medianInterval(values)
  const p50 = `warm p50 is ${milliseconds(value)}${between(interval)}${limit.of}`
  const many = `${p50}, n = ${values.length}${ofLengths(sorted.warm)}`
  if (values.length >= needed) {
    if (limit.enough && isWithin(values, interval, limit.leastMs ?? limitMs))
      return { outcome: 'passed', reason: many, ...figures }
    const mustExceed = limit.enough ? (limit.mostMs ?? limitMs) : limit.certainMs
    if (value > limitMs && isAbove(values, interval, mustExceed))
      return { outcome: 'failed', reason: many, ...figures }
    if (limit.enough) {
      const near = { valuesMs: values, interval, limitMs, starts: sorted.cold.length }
      const { reason, wouldSettle } = settleNearLimit(near)
      return { outcome: 'inconclusive', reason: `${many}: ${reason}`, ...figures, wouldSettle }
    }
  }
  const after = exceedsAfter(sorted.warm, limit.certainMs)
  if (after !== undefined && value > limitMs)
    return { outcome: 'failed', reason: `${p50}, shown by ${after} answers`, ...figures }
  const starts = limit.enough ? '' : ` and ${sorted.cold.length} of ${policy.minColdStarts} cold starts`
  const reason = `${p50}, but from ${values.length} of at least ${needed} good warm answers${starts}`
  const wouldSettle = {
    ...(values.length < needed && { INFERGATE_WARM_REQUESTS: needed }),
    ...(!limit.enough && { INFERGATE_COLD_STARTS: policy.minColdStarts }),
  }
  return { outcome: 'inconclusive', reason, ...figures, wouldSettle }
}

/** Answers of several lengths are said: the time of one that ends early is no measure of another. */
function ofLengths(warm: Sorted['warm']): string {
  const tokens = warm.flatMap(({ outputTokens }) => outputTokens ?? [])
  const [least, most] = [Math.min(...tokens), Math.max(...tokens)]
  return tokens.length > 0 && least < most ? `, answers of ${least} to ${most} tokens` : ''
}

/** Whether the median is above the limit by more than chance. */
const isAbove = (values: readonly number[], interval: Interval | undefined, limitMs: number): boolean =>
  (interval !== undefined && interval.low > limitMs) || exceedsByFar(values, limitMs)

/** Whether the median keeps the limit by more than chance. */
const isWithin = (values: readonly number[], interval: Interval | undefined, limitMs: number): boolean =>
  (interval !== undefined && interval.high <= limitMs) || keepsByFar(values, limitMs)

const between = (interval: Interval | undefined): string =>
  interval ? ` (95 %: ${milliseconds(interval.low)} to ${milliseconds(interval.high)})` : ''

/** A warm answer within this time has loaded nothing, however quick the cold start was. */
export const NO_RELOAD_MS = 100

/** What a warm answer may take after a cold start of `coldStartMs` without counting as a reload. */
export const reloadLimitMs = ({ warmToColdRatio }: Policy, coldStartMs: number): number =>
  Math.max(NO_RELOAD_MS, warmToColdRatio * coldStartMs)

/**
 * The limit that cold starts set, and how far off it may be: as far as the nearer of the quickest and the slowest start lies from
 * the median, so that one slow start does not hide a reload. Simulated with three starts (coefficient of variation 0.1) and 30
 * answers (0.3): a p50 at the limit passes in 2.8 % and fails in 2.5 %; without the allowance in 5.6 and 5.2 %. One start shows no doubt.
 */
export function coldLimit(coldStartMs: readonly number[], policy: Policy) {
  const [middle, quickest, slowest] = [
    median(coldStartMs),
    Math.min(...coldStartMs),
    Math.max(...coldStartMs),
  ]
  const doubt = Math.min(middle - quickest, slowest - middle)
  return {
    limitMs: reloadLimitMs(policy, middle),
    leastMs: reloadLimitMs(policy, middle - doubt),
    mostMs: reloadLimitMs(policy, middle + doubt),
    certainMs: reloadLimitMs(policy, slowest),
  }
}

/** The warm-to-cold limit against the slowest start: what breaks it breaks the limit of any other start too. */
export function kindestLimitMs({ cold }: Pick<Sorted, 'cold'>, policy: Policy): number | undefined {
  if (cold.length === 0) return undefined
  return reloadLimitMs(policy, Math.max(...cold.map(({ coldStartMs }) => coldStartMs)))
}
