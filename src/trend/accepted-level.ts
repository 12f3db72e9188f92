import { clipOutliers } from '../statistics/hampel.ts'
import { median } from '../statistics/index.ts'
import { longRunVarianceOfDifferences } from '../statistics/long-run-variance.ts'
import type { Point } from './points.ts'

/** How many nights say what a level was when it began, and how many what it is now. */
const [FIRST, LAST] = [30, 14]
/** Below this share the two may differ: the margin of the gate. */
const MARGIN = 0.05
/** In standard errors: some 20 independent looks a year, so that a year of one series passes this by chance once in some hundreds. */
const ERRORS = 4

/**
 * The boiling frog: small changes, each too small to be located or announced, that add up since the level was accepted. The median of
 * the last nights is held against that of the first nights from `from` on; undefined while they are near each other or too few. The noise is
 * that of differences from night to night: about one level, the drift itself would be noise.
 */
export function driftSince(points: readonly Point[], from: number): Drift | undefined {
  const nights = points.slice(from).map(({ log }) => log)
  if (nights.length < FIRST + LAST) return undefined
  const difference = median(nights.slice(-LAST)) - median(nights.slice(0, FIRST))
  const longRun = longRunVarianceOfDifferences(clipOutliers(Float64Array.from(nights))).variance
  const error = Math.sqrt((Math.PI / 2) * longRun * (1 / FIRST + 1 / LAST))
  if (Math.abs(difference) < Math.max(Math.log1p(MARGIN), ERRORS * error)) return undefined
  return { difference, reach: 1.96 * error, first: FIRST, last: LAST }
}

export type Drift = {
  /** In log(value), and half its normal interval at 95 %. */
  readonly difference: number
  readonly reach: number
  /** How many nights were held against each other. */
  readonly first: number
  readonly last: number
}
