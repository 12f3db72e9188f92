import assert from 'node:assert/strict'
import { normalCumulative, whereAbove } from './normal.ts'
import type { Interval } from './quantile.ts'

/**
 * P(T ≤ t) of Student's t with a whole number of degrees of freedom, or Infinity (the normal): the finite series in θ = atan(t/√ν)
 * of Abramowitz & Stegun (1964), Handbook of Mathematical Functions, 26.7.3 (odd ν) and 26.7.4 (even ν).
 */
export function studentCumulative(t: number, degrees: number): number {
  assert(degrees === Number.POSITIVE_INFINITY || (Number.isSafeInteger(degrees) && degrees > 0))
  if (degrees === Number.POSITIVE_INFINITY) return normalCumulative(t)
  const theta = Math.atan(t / Math.sqrt(degrees))
  const square = Math.cos(theta) ** 2
  const isOdd = degrees % 2 === 1
  let term = isOdd ? Math.cos(theta) : 1
  let sum = degrees === 1 ? 0 : term
  for (let k = isOdd ? 3 : 2; k <= degrees - 2; k += 2) {
    term *= square * ((k - 1) / k)
    sum += term
  }
  const within = isOdd ? (2 / Math.PI) * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum
  return (1 + within) / 2
}

/** t with P(T ≤ t) = p, for p in [1e-9, 1 − 1e-9]. */
export function studentQuantile(p: number, degrees: number): number {
  assert(p > 0 && p < 1, `p must lie in (0, 1), not ${p}`)
  // tan(π(p − ½)) is the quantile at one degree of freedom, the farthest of all.
  const widest = Math.abs(Math.tan(Math.PI * (p - 0.5))) + 1
  return whereAbove((t) => studentCumulative(t, degrees) > p, -widest, widest)
}

/** Mean ± t·s/√n (Student 1908), for display: it supposes normal values. Undefined for fewer than two. */
export function meanInterval(values: readonly number[], confidence = 0.95): Interval | undefined {
  assert(confidence > 0 && confidence < 1, `confidence must lie in (0, 1), not ${confidence}`)
  const n = values.length
  if (n < 2) return undefined
  const mean = meanOf(values)
  const reach = studentQuantile((1 + confidence) / 2, n - 1) * (standardDeviation(values) / Math.sqrt(n))
  return { low: mean - reach, high: mean + reach }
}

/** Of a sample: divided by n − 1. In the unit of the values. */
export function standardDeviation(values: readonly number[]): number {
  assert(values.length > 1, 'fewer than two values have no spread')
  const mean = meanOf(values)
  return Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (values.length - 1))
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, one) => sum + one, 0) / values.length
