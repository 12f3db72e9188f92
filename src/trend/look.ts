import { changePoints } from '../statistics/index.ts'
import { type Lasting, lastingOf, type Threshold, thresholdOf } from './lasting.ts'
import { levelsOf } from './levels.ts'
import type { Point } from './points.ts'
import { transitionsOf, withoutStairs } from './transitions.ts'

/** What a series looks like by itself, before anything explains it. */
export type Look = Lasting & {
  readonly points: readonly Point[]
  /** The smallest change that counts, in log(value). */
  readonly least: number
}

export function lookAt(points: readonly Point[], threshold: Threshold): Look {
  const located = changePoints(points.map(({ log }) => Math.exp(log)))
  const { dropped, ...lasting } = lastingOf(
    points,
    transitionsOf(located, points.length, threshold.smallest),
    threshold,
  )
  const transitions = withoutStairs(lasting.transitions, lasting.levels.plateaus)
  const isSame = transitions.length === lasting.transitions.length
  const levels = isSame ? lasting.levels : levelsOf(points, transitions)
  return { points, transitions, levels, dropped, least: thresholdOf(levels, threshold) }
}
