import type { LoadSearch } from '../../records/index.ts'

/** Requests a second that were answered at a level. */
export type Point = { readonly level: number; readonly rate: number }

const FEWEST = 4
/** Of the height of the curve: one that bends less is a line. */
const LEAST_BEND = 0.1

/**
 * The level after which more load brings little more: where the curve of the answered rate over the level is farthest above
 * its chord, both axes scaled to 1. That is Kneedle (Satopää, Albrecht, Irwin & Raghavan 2011, "Finding a Kneedle in a Haystack",
 * ICDCSW) offline and with sensitivity 0: with a handful of levels its threshold would never be crossed.
 */
export function kneeOf(points: readonly Point[]): NonNullable<LoadSearch['knee']> {
  const all = points.toSorted((one, other) => one.level - other.level)
  const [first, last] = [all[0], all.at(-1)]
  if (!first || !last || all.length < FEWEST)
    return { reason: `a knee needs ${FEWEST} levels, there were ${all.length}` }
  const top = Math.max(...all.map(({ rate }) => rate))
  if (top <= first.rate)
    return { reason: `no level answers more than the first, ${figure(first.rate)} requests/s` }
  const above = ({ level, rate }: Point): number =>
    (rate - first.rate) / (top - first.rate) - (level - first.level) / (last.level - first.level)
  const knee = all.reduce((best, one) => (above(one) > above(best) ? one : best))
  if (above(knee) < LEAST_BEND)
    return {
      reason: `the answered rate grows with each level up to ${last.level}: there is no knee below it`,
    }
  const gained = `from there to ${last.level} it grows from ${figure(knee.rate)} to ${figure(top)} requests/s`
  return { level: knee.level, reason: `the answered rate is farthest above its chord: ${gained} (Kneedle)` }
}

const figure = (rate: number): string => String(Number(rate.toPrecision(3)))
