import {
  type Interval,
  medianInterval,
  minimumForUpperBound,
  quantile,
  quantileInterval,
  tailCount,
  tailInterval,
} from '../statistics/index.ts'

export type Seen = {
  readonly value: number
  readonly n: number
  readonly interval?: Interval | undefined
  /** Of a tail without an interval: what bounds it all the same, its largest value from above and nothing from below. */
  readonly bounds?: Interval | undefined
}
/** Why there is no value. */
export type Gap = { readonly gap: string }

/** Values in the order of time. `groups`: values of one group depend on each other, and there are so many groups. */
export type Values = { readonly values: readonly number[]; readonly groups?: number }

/**
 * The quantile of values in the order of time, with its interval where n allows one: that of the median is as wide as each value
 * depends on the next, that of a tail as wide as what exceeds it comes in clusters.
 */
export function quantileOf(found: Gap | Values, p: number): Seen | Gap {
  if ('gap' in found) return found
  const { values, groups } = found
  const n = values.length
  const needed = p > 0.5 ? minimumForUpperBound(p) : 1
  if (n < needed)
    return { gap: `not estimable: a 95 % upper bound of p${100 * p} needs ${needed} values, there were ${n}` }
  const interval =
    groups !== undefined
      ? quantileInterval(values, p, { effective: groups })
      : p === 0.5
        ? medianInterval(values)
        : tailInterval(values, p)
  const worth = groups ?? (p > 0.5 ? tailCount(values, p) : 0)
  return {
    value: quantile(values, p),
    n,
    interval,
    bounds: worth >= needed && p > 0.5 ? ends(values) : undefined,
  }
}

/** The ratio of two sums over answers; it has no interval. */
export function ratioOf(pairs: readonly (readonly [number, number])[]): Seen {
  const [above, below] = pairs.reduce(([a, b], [x, y]) => [a + x, b + y] as const, [0, 0] as const)
  return { value: above / below, n: pairs.length }
}

const ends = (values: readonly number[]): Interval => ({
  low: values.reduce((least, value) => Math.min(least, value)),
  high: values.reduce((most, value) => Math.max(most, value)),
})
