import type { BoundedTail } from '../../records/index.ts'
import { quantile, quantileLowerBound } from '../../statistics/index.ts'

/** Median and p99 of the values; undefined where there are fewer than two. */
export function tailOf(values: readonly number[]): BoundedTail | undefined {
  const low = quantileLowerBound(values, 0.99)
  if (low === undefined) return undefined
  return { p50: quantile(values, 0.5), p99: quantile(values, 0.99), low, n: values.length }
}
