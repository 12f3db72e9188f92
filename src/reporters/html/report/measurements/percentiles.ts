import {
  type Interval,
  medianInterval,
  minimumForUpperBound,
  quantileInterval,
  quantileIntervals,
  quantiles,
  tailInterval,
} from '../../../../statistics/index.ts'
import type { Group } from './groups.ts'
import type { Values } from './times.ts'

/** One percentile, as the verdict computes it. */
export type Percentile = {
  readonly p: number
  readonly name: string
} & ({ readonly value: number; readonly interval?: Interval | undefined } | { readonly needs: number })

/** Those of the table; all that the verdict has are among them. */
const SHOWN = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999]
const DRAWN = [
  ...Array.from({ length: 89 }, (_, i) => (i + 1) / 100),
  ...Array.from({ length: 19 }, (_, i) => 0.9 + (i * 5) / 1_000),
  ...[0.9925, 0.995, 0.9965, 0.998, 0.999, 0.9993, 0.9995, 0.9998, 0.9999],
]

/** A median needs one value, a percentile of a tail those that bound it at 95 %. */
const needed = (p: number): number => (p === 0.5 ? 1 : minimumForUpperBound(Math.max(p, 1 - p)))

export const nameOf = (p: number): string => `p${Number((100 * p).toPrecision(6))}`

/** With the intervals of the verdict: a median's is as wide as its values depend on each other, a tail's as they come in clusters. */
export function percentilesOf(found: Values, warmth: Group['warmth']): readonly Percentile[] {
  const n = found.values.length
  const ps = n === 0 ? [] : SHOWN.filter((p) => n >= needed(p))
  const known = ps.length === 0 ? [] : quantiles(found.values, ps)
  const intervals = intervalsOf(found, ps, warmth)
  return SHOWN.map((p, i): Percentile => {
    const value = known[i]
    const base = { p, name: nameOf(p) }
    return value === undefined ? { ...base, needs: needed(p) } : { ...base, value, interval: intervals[i] }
  })
}

function intervalsOf({ values, groups }: Values, ps: readonly number[], warmth: Group['warmth']) {
  if (groups !== undefined) return ps.length === 0 ? [] : quantileIntervals(values, ps, { effective: groups })
  return ps.map((p): Interval | undefined => {
    if (p === 0.5) return medianInterval(values)
    return warmth === 'warm' ? quantileInterval(values, p) : tailInterval(values, p)
  })
}

/** All that n allows, for a curve. */
export function curveOf(values: readonly number[]): readonly { readonly p: number; readonly ms: number }[] {
  const ps = DRAWN.filter((p) => values.length >= needed(p))
  return quantiles(values, ps).map((ms, i) => ({ p: ps[i] ?? 0, ms }))
}
