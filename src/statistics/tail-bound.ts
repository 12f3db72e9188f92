import assert from 'node:assert/strict'

/**
 * What the p-quantile exceeds at `confidence`, free of any distribution: X(n − j), j the smallest for which
 * P(B ≤ j) ≥ confidence, B ~ Binomial(n, 1 − p) the number of values above the quantile (David & Nagaraja, Order Statistics, 3rd
 * ed., §7.1). At least one value lies above it, so that a single outlier bounds nothing; undefined for fewer than two values.
 */
export function quantileLowerBound(
  values: readonly number[],
  p: number,
  confidence = 0.975,
): number | undefined {
  assert(p > 0 && p < 1, `p must lie in (0, 1), not ${p}`)
  const n = values.length
  const [logAbove, logBelow] = [Math.log1p(-p), Math.log(p)]
  let above = 0
  let logChoose = 0
  let covered = Math.exp(n * logBelow)
  while (covered < confidence && above < n) {
    logChoose += Math.log((n - above) / (above + 1))
    above++
    covered += Math.exp(logChoose + above * logAbove + (n - above) * logBelow)
  }
  return values.toSorted((a, b) => a - b)[n - 1 - Math.max(1, above)]
}
