import { type Interval, quantileInterval } from './quantile.ts'

/**
 * Interval for a tail quantile of values in the order of time. A stall makes neighbours slow together, so what exceeds the quantile
 * comes in clusters, and each cluster tells as much as one value: the n values count as n·θ, where θ, the extremal index, is
 * clusters / exceedances (the runs estimator, Smith & Weissman 1994, "Estimating the extremal index", JRSS B 56(3)). Values
 * beside each other belong to one cluster. Undefined where n·θ is too small.
 */
export function tailInterval(values: readonly number[], p: number): Interval | undefined {
  return quantileInterval(values, p, { effective: tailCount(values, p) })
}

/** How many independent values the values are worth for their p-quantile. */
export function tailCount(values: readonly number[], p: number): number {
  const n = values.length
  const sorted = values.toSorted((a, b) => a - b)
  const border = sorted[Math.ceil(p * n) - 1] ?? Number.POSITIVE_INFINITY
  const exceeds = values.map((value) => value > border)
  const all = exceeds.filter(Boolean).length
  if (all === 0) return n
  const clusters = exceeds.filter((one, i) => one && !exceeds[i - 1]).length
  return (n * clusters) / all
}
