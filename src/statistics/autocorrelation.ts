import assert from 'node:assert/strict'
import { type Interval, quantileInterval } from './quantile.ts'

/**
 * How many independent values know as much of their level as n values of an AR(1) series with this coefficient:
 * 1 + (n − 1)(1 − ρ)/(1 + ρ), the information of its generalised least squares mean (Bayley & Hammersley 1946,
 * "The 'effective' number of independent observations in an autocorrelated time series", JRSS Supplement 8(2)).
 */
export function effectiveCount(n: number, correlation: number): number {
  assert(Number.isSafeInteger(n) && n > 0, 'n must be a positive whole number')
  assert(correlation >= 0 && correlation <= 1, 'a correlation must lie in [0, 1]')
  return 1 + ((n - 1) * (1 - correlation)) / (1 + correlation)
}

/**
 * Correlation of a value with the next, in [0, 1]: of their ranks, so that one stall does not hide the rest, and freed of
 * its bias, E r ≈ ρ − (1 + 4ρ)/n (Marriott & Pope 1954, "Bias in the estimation of autocorrelations", Biometrika 41).
 * Fewer than five values, or equal ones, show none.
 */
export function serialCorrelation(values: readonly number[]): number {
  const n = values.length
  if (n < 5) return 0
  const middle = (n + 1) / 2
  const offsets = ranksOf(values).map((rank) => rank - middle)
  const square = offsets.reduce((sum, one) => sum + one ** 2, 0)
  if (square === 0) return 0
  const product = offsets.reduce((sum, one, i) => sum + one * (offsets[i - 1] ?? 0), 0)
  return Math.min(1, Math.max(0, (n * (product / square) + 1) / (n - 4)))
}

/**
 * Interval for the median of values in the order of time, as wide as their serial correlation asks for: that of
 * `quantileInterval` for the effective count. Undefined where that is below 6.
 */
export function medianInterval(values: readonly number[], confidence = 0.95): Interval | undefined {
  if (values.length === 0) return undefined
  const effective = effectiveCount(values.length, serialCorrelation(values))
  return quantileInterval(values, 0.5, { confidence, effective })
}

/** 1-based; equal values share the mean of their ranks. */
function ranksOf(values: readonly number[]): readonly number[] {
  const sorted = values.toSorted((a, b) => a - b)
  const meanRank = new Map<number, number>()
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    while (end < sorted.length && sorted[end] === sorted[start]) end++
    meanRank.set(sorted[start] ?? Number.NaN, (start + 1 + end) / 2)
  }
  return values.map((value) => meanRank.get(value) ?? Number.NaN)
}
