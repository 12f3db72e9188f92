import type { Comparison } from '../records/index.ts'
import { type Interval, median } from '../statistics/index.ts'

/** A p50 that chance may have put on the wrong side of its limit. */
export type NearLimit = {
  readonly valuesMs: readonly number[]
  readonly interval: Interval | undefined
  readonly limitMs: number
  /** How many cold starts the limit was made of; 0 for one that is fixed. */
  readonly starts: number
}

/** More than four times as many at once would be asked for on the word of a few. */
const [FEWEST_TIMES, MOST_TIMES] = [2, 4]

/**
 * What would settle it. An interval narrows as 1/√n, and a third more answers leave room for chance; where it has no width, or the
 * p50 is the limit, the most that are asked for at once. An interval that does not reach the limit leaves the cold starts in doubt.
 */
export function settleNearLimit(near: NearLimit): Required<Pick<Comparison, 'reason' | 'wouldSettle'>> {
  const { interval, limitMs, starts } = near
  if (interval && (interval.high <= limitMs || interval.low > limitMs)) {
    const more = 2 * Math.max(1, starts)
    const reason = `the cold starts differ too much to say on which side of the limit it lies; ${more} would tell more`
    return {
      reason: `${reason} (INFERGATE_COLD_STARTS=${more}, or bench.coldStarts: ${more})`,
      wouldSettle: { INFERGATE_COLD_STARTS: more },
    }
  }
  const more = answersToSettle(near)
  const reason = `chance can explain on which side of the limit it lies; ${more} answers would tell`
  return {
    reason: `${reason} (INFERGATE_WARM_REQUESTS=${more}, or bench.warmRequests: ${more})`,
    wouldSettle: { INFERGATE_WARM_REQUESTS: more },
  }
}

function answersToSettle({ valuesMs, interval, limitMs }: NearLimit): number {
  const value = median(valuesMs)
  const reach = interval && (value < limitMs ? interval.high - value : value - interval.low)
  const times = reach === undefined ? MOST_TIMES : 1.33 * (reach / (value - limitMs)) ** 2
  return 10 * Math.ceil((valuesMs.length * Math.min(MOST_TIMES, Math.max(FEWEST_TIMES, times))) / 10)
}
