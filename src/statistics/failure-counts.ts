import assert from 'node:assert/strict'
import { createRandom } from '../random.ts'
import { binomialCumulative } from './binomial.ts'
import { type Differences, signFlip } from './sign-flip.ts'

/** Failed of asked. */
export type Count = { readonly failed: number; readonly asked: number }

/** Of so many ways to share out the starts all are looked at, of more a random part. */
const MOST_EXACT = 200_000
const RANDOM_ORDERS = 9_999

/**
 * P of so many of the failures, or more, falling on the candidate if both arms fail alike: the exact conditional test, X ~ Binomial(b + c, n_c/(n_b + n_c))
 * (Przyborowski & Wilenski 1940, "Homogeneity of results in testing samples from Poisson series", Biometrika 31). It supposes that
 * requests fail independently. 1 where nothing failed.
 */
export function conditionalBinomial(baseline: Count, candidate: Count): number {
  for (const { failed, asked } of [baseline, candidate])
    assert(failed >= 0 && failed <= asked && asked > 0, `${failed} failed of ${asked} cannot be`)
  if (candidate.failed === 0) return 1
  const all = baseline.failed + candidate.failed
  return upperTail(candidate.failed, all, candidate.asked / (baseline.asked + candidate.asked))
}

/** P(X ≥ k): summed from the other side, where it is not lost in rounding. */
const upperTail = (k: number, n: number, p: number): number => binomialCumulative(n - k, n, 1 - p)

/**
 * The same where the failures of one start come together, from pairs of starts: the larger of the conditional test over all requests and the sign-flip
 * test of the pairs' differences of rates (`signFlip`), which takes a start for one observation.
 */
export function failsMoreInPairs(pairs: readonly (readonly [baseline: Count, candidate: Count])[]): number {
  const counted = pairs.filter(([baseline, candidate]) => baseline.asked > 0 && candidate.asked > 0)
  if (counted.length === 0) return 1
  const differences: Differences = counted.map(
    ([baseline, candidate]) => rateOf(candidate) - rateOf(baseline),
  )
  const byRequest = conditionalBinomial(
    sumOf(counted.map(([baseline]) => baseline)),
    sumOf(counted.map(([, candidate]) => candidate)),
  )
  return Math.max(byRequest, signFlip([differences])[0] ?? 1)
}

/**
 * The same from starts that are not paired: the larger of the conditional test and the permutation test of the starts' rates (Fisher 1935; Phipson & Smyth
 * 2010 where the orders are drawn).
 */
export function failsMoreInStarts(baseline: readonly Count[], candidate: readonly Count[]): number {
  const [before, after] = [baseline, candidate].map((starts) => starts.filter(({ asked }) => asked > 0))
  if (!before?.length || !after?.length) return 1
  const byRequest = conditionalBinomial(sumOf(before), sumOf(after))
  return Math.max(byRequest, permutation(before.map(rateOf), after.map(rateOf)))
}

/** P of a sum of the second group, or a larger one, if the values are shared out by chance. */
function permutation(first: readonly number[], second: readonly number[]): number {
  const all = [...first, ...second]
  // Sums in another order differ in the last bits.
  const observed = second.reduce((sum, one) => sum + one, 0) - 1e-9
  if (choose(all.length, second.length) > MOST_EXACT) return drawn(all, second.length, observed)
  let [reached, ways] = [0, 0]
  const walk = (from: number, left: number, sum: number): void => {
    if (left === 0) {
      ways++
      if (sum >= observed) reached++
      return
    }
    for (let i = from; i <= all.length - left; i++) walk(i + 1, left - 1, sum + (all[i] ?? 0))
  }
  walk(0, second.length, 0)
  return reached / ways
}

function drawn(all: readonly number[], size: number, observed: number): number {
  const random = createRandom('permutation')
  const values = [...all]
  let reached = 1
  for (let order = 0; order < RANDOM_ORDERS; order++) {
    let sum = 0
    for (let i = 0; i < size; i++) {
      const j = random.integer(i, values.length - 1)
      ;[values[i], values[j]] = [values[j] ?? 0, values[i] ?? 0]
      sum += values[i] ?? 0
    }
    if (sum >= observed) reached++
  }
  return reached / (RANDOM_ORDERS + 1)
}

const choose = (n: number, k: number): number => {
  let ways = 1
  for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i
  return ways
}

export const rateOf = ({ failed, asked }: Count): number => failed / asked

export const sumOf = (counts: readonly Count[]): Count => ({
  failed: counts.reduce((sum, { failed }) => sum + failed, 0),
  asked: counts.reduce((sum, { asked }) => sum + asked, 0),
})
