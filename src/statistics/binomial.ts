import assert from 'node:assert/strict'

/** P(X = 0 … last) for X ~ Binomial(n, p), in logarithms so that n in the thousands neither over- nor underflows. */
export function binomialProbabilities(n: number, p: number, last = n): number[] {
  assert(Number.isSafeInteger(n) && n >= 0, `n must be a whole number, not ${n}`)
  assert(p >= 0 && p <= 1, `p must lie in [0, 1], not ${p}`)
  if (p === 0 || p === 1) return Array.from({ length: last + 1 }, (_, k) => (k === n * p ? 1 : 0))
  const [logP, logQ] = [Math.log(p), Math.log1p(-p)]
  const probabilities: number[] = []
  let logChoose = 0
  for (let k = 0; k <= last; k++) {
    probabilities.push(Math.exp(logChoose + k * logP + (n - k) * logQ))
    logChoose += Math.log((n - k) / (k + 1))
  }
  return probabilities
}

/** P(X ≤ k) for X ~ Binomial(n, p). */
export function binomialCumulative(k: number, n: number, p: number): number {
  const probabilities = binomialProbabilities(n, p, Math.min(k, n))
  return Math.min(
    1,
    probabilities.reduce((sum, one) => sum + one, 0),
  )
}
