import { clipOutliers } from '../statistics/hampel.ts'
import { median } from '../statistics/index.ts'
import { longRunVariance } from '../statistics/long-run-variance.ts'
import type { Point } from './points.ts'
import type { Transition } from './transition.ts'

/** Nights of one level, from `from` up to and without `to`; its height is the median of log(value). */
export type Plateau = { readonly from: number; readonly to: number; readonly height: number }

/** The levels of a series between its transitions, and its noise about them; all in log(value). */
export type Levels = {
  /** One more than transitions. */
  readonly plateaus: readonly [Plateau, ...Plateau[]]
  /** Robust standard deviation from night to night: 1.4826 · MAD about the levels. */
  readonly noise: number
  /** Variance of a mean of n nights, times n. */
  readonly longRun: number
}

export function levelsOf(points: readonly Point[], transitions: readonly Transition[]): Levels {
  const logs = Float64Array.from(points, ({ log }) => log)
  const clipped = clipOutliers(logs)
  const plateaus = [...transitions, { from: points.length }].map(({ from: to }, i): Plateau => {
    const from = transitions[i - 1]?.to ?? 0
    return { from, to, height: median([...logs.subarray(from, to)]) }
  })
  const [first, ...others] = plateaus
  const about = (values: Float64Array): number[] =>
    plateaus.flatMap(({ from, to, height }) =>
      Array.from(values.subarray(from, to), (value) => value - height),
    )
  const noise = NORMAL_SD_OF_MAD * median(about(logs).map(Math.abs))
  const longRun = longRunVariance(Float64Array.from(about(clipped)), plateaus.length).variance
  return { plateaus: [first as Plateau, ...others], noise, longRun }
}

/** 1 / Φ⁻¹(¾). */
const NORMAL_SD_OF_MAD = 1.4826

const lengthOf = ({ from, to }: Plateau): number => to - from

/** How far the level after transition i lies from the one before, in log(value), and half its normal interval at 95 %. */
export function differenceAt({ plateaus, noise, longRun }: Levels, i: number) {
  const [before, after] = plateaus.slice(i, i + 2) as [Plateau, Plateau]
  // The variance of a median is π/2 that of the mean of normal values.
  const shares = Math.sqrt((Math.PI / 2) * (1 / lengthOf(before) + 1 / lengthOf(after)))
  return {
    ...{ before, after, difference: after.height - before.height, reach: 1.96 * Math.sqrt(longRun) * shares },
    /** Standard error if nights were independent. */
    error: noise * shares,
  }
}
