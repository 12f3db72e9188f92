import type { ComparedMetric } from './compared-metric.ts'
import type { Warmth } from './sample.ts'
import type { RunState, VerdictWord } from './verdict.ts'

/** What names a series. A revision, image, flag, driver, host or tool version that changes starts no new one: it is an attribute. */
export type SeriesKey = {
  readonly targetName: string
  readonly scenario: string
  readonly metric: ComparedMetric | (string & {})
  readonly warmth: Warmth
  /** The GPU, or the processor where there is none. */
  readonly hardware: string
}

/** One night of a series. */
export type Night = {
  readonly runId: string
  /** ISO 8601. */
  readonly at: string
  /** The median of the starts' values, in the unit of the metric. */
  readonly value: number
  /** Of log(value) over the starts of this night; absent for one start. */
  readonly spread?: number
  readonly starts: number
  /** The same metric of the reference target, measured in the same night. */
  readonly reference?: number
  readonly verdict: VerdictWord
  readonly state: RunState
  /** model, revision, image, digest, flags, gpuDriver, host, kernel, toolVersion, engine, outputTokens, inputTokens, cacheHitRate, … */
  readonly attributes: Readonly<Record<string, string | number>>
}

/** Where a series' level moved. */
export type ChangePoint = {
  /** Of the first value at the new level; of a ramp, where it begins or ends. */
  readonly index: number
  /** In which its first value lies at 95 %, both ends included. */
  readonly interval: readonly [from: number, to: number]
  readonly kind: 'step' | 'ramp'
  /** The level before, and the one that was reached, in the unit of the values. */
  readonly before: number
  readonly after: number
  /** A fraction of the level before; + is a larger value. Infinite where that level is 0. */
  readonly effect: number
  readonly low: number
  readonly high: number
}
