import type { Night } from '../records/index.ts'

/** A night that counts. Its number is the logarithm of the value, so that a change is a share of the level and not an amount. */
export type Point = { readonly position: number; readonly night: Night; readonly log: number }

/** Only a complete run is evidence; one whose verdict is FAIL counts, or a regression would hide itself. */
export const counts = ({ state, value }: Night): boolean =>
  state === 'complete' && Number.isFinite(value) && value > 0

export function pointsOf(nights: readonly Night[]): readonly Point[] {
  return nights.flatMap((night, position) =>
    counts(night) ? [{ position, night, log: Math.log(night.value) }] : [],
  )
}

/** Of the nights that count, the share that must have a reference before the ratio is what is analysed. */
const REFERENCED = 0.8

/** The ratio to the reference target, night by night; undefined where too few nights have one. */
export function againstReference(points: readonly Point[]): readonly Point[] | undefined {
  const referenced = points.filter(({ night: { reference = 0 } }) => reference > 0)
  if (referenced.length === 0 || referenced.length < REFERENCED * points.length) return undefined
  return referenced.map((point) => ({ ...point, log: point.log - Math.log(point.night.reference ?? 1) }))
}
