import assert from 'node:assert/strict'

/**
 * Φ(x), the standard normal distribution: ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …) (Marsaglia 2004, "Evaluating the Normal Distribution",
 * Journal of Statistical Software 11(4)). Absolute error below 1e-15.
 */
export function normalCumulative(x: number): number {
  assert(!Number.isNaN(x), 'x must be a number')
  if (Math.abs(x) > 8.3) return x < 0 ? 0 : 1
  let [term, sum] = [x, x]
  for (let odd = 3; sum + term !== sum; odd += 2) {
    term *= x ** 2 / odd
    sum += term
  }
  return 0.5 + (sum * Math.exp(-(x ** 2) / 2)) / Math.sqrt(2 * Math.PI)
}

/** z with Φ(z) = p. Exact to 1e-12 for p in [1e-6, 1 − 1e-6]. */
export function normalQuantile(p: number): number {
  assert(p > 0 && p < 1, `p must lie in (0, 1), not ${p}`)
  return whereAbove((z) => normalCumulative(z) > p, -8.3, 8.3)
}

/** Where `above` turns from false to true in [low, high]; 55 halvings leave 3e-17 of its width. */
export function whereAbove(above: (x: number) => boolean, low: number, high: number): number {
  for (let i = 0; i < 55; i++) {
    const middle = (low + high) / 2
    if (above(middle)) high = middle
    else low = middle
  }
  return high
}
