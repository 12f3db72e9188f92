import assert from 'node:assert/strict'
import { binomialProbabilities } from './binomial.ts'

export type Interval = { readonly low: number; readonly high: number }

/**
 * Sample quantile, type 7 of Hyndman & Fan (1996), "Sample Quantiles in Statistical Packages", The American Statistician
 * 50(4): h = (n − 1)·p, then linear between the order statistics ⌊h⌋ and ⌊h⌋ + 1. The default of R and NumPy.
 */
export function quantile(values: readonly number[], p: number): number {
  assertProbability(p)
  return quantileIn(sortedFinite(values), p)
}

/** Several of them, the values sorted once. */
export function quantiles(values: readonly number[], ps: readonly number[]): readonly number[] {
  ps.forEach(assertProbability)
  const sorted = sortedFinite(values)
  return ps.map((p) => quantileIn(sorted, p))
}

function quantileIn(sorted: Float64Array, p: number): number {
  const h = (sorted.length - 1) * p
  const below = sorted[Math.floor(h)] ?? Number.NaN
  const above = sorted[Math.ceil(h)] ?? Number.NaN
  return below + (h - Math.floor(h)) * (above - below)
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/**
 * Distribution-free interval for the p-quantile: two order statistics X(l), X(u) with
 * P(l ≤ B < u) ≥ confidence, B ~ Binomial(n, p); of all such pairs the closest (David & Nagaraja, Order Statistics,
 * 3rd ed., §7.1). The pair depends on n and p alone, never on the values. Undefined where n is too small.
 *
 * `effective` is how many independent values the n are worth, where they depend on each other; n unless given. The ranks are then
 * those of the effective count, at the same heights l / (m + 1), rounded outwards.
 */
export function quantileInterval(
  values: readonly number[],
  p: number,
  options: IntervalOptions = {},
): Interval | undefined {
  return intervalIn(sortedFinite(values), p, options)
}

/** Several of them, the values sorted once. */
export function quantileIntervals(
  values: readonly number[],
  ps: readonly number[],
  options: IntervalOptions = {},
): readonly (Interval | undefined)[] {
  const sorted = sortedFinite(values)
  return ps.map((p) => intervalIn(sorted, p, options))
}

function intervalIn(
  sorted: Float64Array,
  p: number,
  { confidence = 0.95, effective = sorted.length }: IntervalOptions,
): Interval | undefined {
  assertProbability(confidence)
  const worth = Math.min(sorted.length, Math.floor(effective))
  const ranks = closestRanks(binomialProbabilities(worth, p), confidence)
  if (!ranks) return undefined
  const stretch = (sorted.length + 1) / (worth + 1)
  return {
    low: sorted[Math.floor(ranks.low * stretch) - 1] as number,
    high: sorted[Math.ceil(ranks.high * stretch) - 1] as number,
  }
}

type IntervalOptions = { readonly confidence?: number; readonly effective?: number }

/** The closest ranks l < u (1-based) with P(l ≤ B ≤ u − 1) ≥ confidence; among equally close ones the best covered. */
function closestRanks(probabilities: readonly number[], confidence: number): Interval | undefined {
  const n = probabilities.length - 1
  let best: Interval | undefined
  let [closest, mostCovered] = [Number.POSITIVE_INFINITY, 0]
  let [high, covered] = [1, 0]
  for (let low = 1; low < n; low++) {
    while (high < n && covered < confidence) covered += probabilities[high++] ?? 0
    if (covered < confidence) break
    const width = high - low
    if (width < closest || (width === closest && covered > mostCovered))
      [best, closest, mostCovered] = [{ low, high }, width, covered]
    covered -= probabilities[low] ?? 0
  }
  return best
}

/**
 * The fewest values whose largest is an upper bound of the p-quantile: 1 − pⁿ ≥ confidence, so n ≥ ln(1 − c) / ln p
 * (Wilks 1941). 299 for p99 and 2,995 for p99.9 at 95 %; below it the quantile is "not estimable".
 */
export function minimumForUpperBound(p: number, confidence = 0.95): number {
  assert(p > 0 && p < 1, `p must lie in (0, 1), not ${p}`)
  assert(confidence > 0 && confidence < 1, `confidence must lie in (0, 1), not ${confidence}`)
  return Math.ceil(Math.log(1 - confidence) / Math.log(p))
}

function assertProbability(p: number): void {
  assert(p >= 0 && p <= 1, `a probability must lie in [0, 1], not ${p}`)
}

function sortedFinite(values: readonly number[]): Float64Array {
  assert(values.length > 0, 'a quantile of no values does not exist')
  const odd = values.find((value) => !Number.isFinite(value))
  assert(odd === undefined, `a quantile of ${odd} does not exist`)
  // Sorts numbers as numbers without asking a comparer, some ten times as fast.
  return Float64Array.from(values).sort()
}
