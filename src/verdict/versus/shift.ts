import { median, standardDeviation, studentQuantile } from '../../statistics/index.ts'
import type { Drift } from './drift.ts'

/** Of two groups of starts, in logarithms: + is worse. */
export type Shift = {
  readonly estimate: number
  /** 95 %. */
  readonly low?: number
  readonly high?: number
  /** Above it with a probability of `alphaPass` at most. */
  readonly upper?: number
  /** Of "it is above 0". */
  readonly p: number
}

/**
 * The Hodges-Lehmann shift of two groups (the median of all differences; Hollander, Wolfe & Chicken, §4.2), as uncertain as two things together: the
 * starts inside a run, t·s·√(1/m + 1/n), and the drift between runs, t·sd·√2. A measured drift comes from runs that have starts as well,
 * so it holds what starts vary already: only what a candidate of fewer starts varies more is added. An assumed one is taken
 * as known, and both add by squares (Zou & Donner 2008, "Construction of confidence limits about effect measures", Statistics in Medicine 27),
 * each with the t of its own degrees of freedom. Undefined where a group is empty; a group of one has no bounds.
 */
export function shiftOf(
  before: readonly number[],
  after: readonly number[],
  { drift, alphaPass }: { readonly drift: Drift; readonly alphaPass: number },
): Shift | undefined {
  if (before.length === 0 || after.length === 0) return undefined
  const estimate = median(after.flatMap((one) => before.map((other) => one - other)))
  if (before.length < 2 || after.length < 2) return { estimate, p: 1 }
  const reach = (tail: number): number => reachOf(tail, before, after, drift)
  return {
    ...{ estimate, low: estimate - reach(0.025), high: estimate + reach(0.025) },
    ...{ upper: estimate + reach(alphaPass), p: tailOf(estimate, reach) },
  }
}

function reachOf(tail: number, before: readonly number[], after: readonly number[], drift: Drift): number {
  const [m, n] = [before.length, after.length]
  const starts = studentQuantile(1 - tail, m + n - 2) * pooledDeviation(before, after)
  const own = starts * Math.sqrt(1 / m + 1 / n)
  const between = (degrees: number): number => studentQuantile(1 - tail, degrees) * drift.sd * Math.SQRT2
  if (drift.runs === 0) return Math.hypot(own, between(Number.POSITIVE_INFINITY))
  const fewer = starts * Math.sqrt(Math.max(0, 1 / n - 1 / m))
  return Math.max(own, Math.hypot(between(drift.runs - 1), fewer))
}

function pooledDeviation(before: readonly number[], after: readonly number[]): number {
  const [m, n] = [before.length, after.length]
  const squares = (m - 1) * standardDeviation(before) ** 2 + (n - 1) * standardDeviation(after) ** 2
  return Math.sqrt(squares / (m + n - 2))
}

/** The tail whose reach is just the estimate. */
function tailOf(estimate: number, reach: (tail: number) => number): number {
  if (estimate <= 0) return 1
  let [low, high] = [1e-9, 0.5 - 1e-9]
  for (let i = 0; i < 30; i++) {
    const middle = Math.sqrt(low * high)
    if (reach(middle) > estimate) low = middle
    else high = middle
  }
  return high
}
