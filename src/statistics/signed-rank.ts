import assert from 'node:assert/strict'
import { normalQuantile } from './normal.ts'

/** Beyond this many values the normal approximation of the signed-rank statistic is as good as exact. */
const MOST_EXACT = 60

/** In the unit of the values. A bound is absent where so few values have none at this tail. */
export type Located = { readonly estimate: number; readonly low?: number; readonly high?: number }

/**
 * Where values that are symmetric about a centre have it: the Hodges-Lehmann estimate, the median of the Walsh averages (xᵢ + xⱼ)/2, i ≤ j, with the
 * bounds that invert Wilcoxon's signed-rank test (Hodges & Lehmann 1963, Annals of Mathematical Statistics 34(2); Hollander, Wolfe & Chicken,
 * Nonparametric Statistical Methods, 3rd ed., §3.2 and §3.3). `tail` is the probability that the centre lies above `high`, and that it lies
 * below `low`: each at most that, so both together make an interval of confidence 1 − 2·tail. The bounds are the k-th Walsh average from
 * either end, k the largest with P(T⁺ < k) ≤ tail.
 *
 * Equal values and zeros need no care: the bounds belong to the closed interval, whose coverage is then larger, never smaller
 * (Noether 1967, JASA 62).
 */
export function locate(values: readonly number[], tail: number): Located {
  assert(values.length > 0, 'nothing has no centre')
  for (const value of values) assert(Number.isFinite(value), 'a value is not finite')
  const averages = walshAverages(values)
  const rank = boundRank(values.length, tail)
  const estimate = middleOf(averages)
  if (rank === 0) return { estimate }
  return { estimate, low: averages[rank - 1] as number, high: averages[averages.length - rank] as number }
}

/** k, the largest with P(T⁺ < k) ≤ tail; 0 where there is none. */
export function boundRank(n: number, tail: number): number {
  assert(tail > 0 && tail < 0.5, `a tail must lie in (0, ½), not ${tail}`)
  if (n > MOST_EXACT) {
    const [mean, sd] = [(n * (n + 1)) / 4, Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24)]
    return Math.floor(mean + 0.5 + normalQuantile(tail) * sd)
  }
  const probabilities = signedRankProbabilities(n)
  let [below, rank] = [0, 0]
  for (;;) {
    below += probabilities[rank] ?? 1
    if (below > tail) return rank
    rank++
  }
}

/**
 * P(T⁺ = t), t = 0 … n(n + 1)/2, of n values without ties: each rank joins the sum or does not, at one half each. The exact
 * distribution by the recursion over ranks.
 */
export function signedRankProbabilities(n: number): Float64Array {
  const probabilities = new Float64Array((n * (n + 1)) / 2 + 1)
  probabilities[0] = 1
  for (let rank = 1, most = 0; rank <= n; rank++) {
    most += rank
    for (let t = most; t >= 0; t--)
      probabilities[t] = ((probabilities[t] ?? 0) + (t >= rank ? (probabilities[t - rank] ?? 0) : 0)) / 2
  }
  return probabilities
}

function walshAverages(values: readonly number[]): Float64Array {
  const n = values.length
  const averages = new Float64Array((n * (n + 1)) / 2)
  let at = 0
  for (const [i, one] of values.entries())
    for (let j = i; j < n; j++) averages[at++] = (one + (values[j] ?? Number.NaN)) / 2
  return averages.sort()
}

const middleOf = (sorted: Float64Array): number =>
  ((sorted[(sorted.length - 1) >> 1] ?? Number.NaN) + (sorted[sorted.length >> 1] ?? Number.NaN)) / 2
