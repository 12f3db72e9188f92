import type { ChangePoint, SeriesKey } from './series.ts'

/** A level that somebody accepted: from this night on, a series is held against it and not against what was before. */
export type Acceptance = {
  /** ISO 8601: of the first night of the accepted segment. */
  readonly at: string
  readonly reason: string
}

/** Nights of one level, both ends included; positions are those of the nights that were analysed. */
export type Segment = {
  readonly from: number
  readonly to: number
  /** ISO 8601, of its first night. */
  readonly since: string
  /** The median of its nights, in the unit of the metric. */
  readonly level: number
  /** How many of its nights count. */
  readonly nights: number
}

/** What was one thing before a change of level and another after it: a revision, an image, a driver, a flag. */
export type AttributeChange = { readonly name: string; readonly before: string; readonly after: string }

/** A change of level that was announced. `index` and `interval` are positions in the nights that were analysed; levels are medians. */
export type TrendChange = ChangePoint & {
  /** ISO 8601: of its first night. */
  readonly at: string
  /** ISO 8601: it came after the first of these nights, and no later than with the second. */
  readonly between: readonly [after: string, until: string]
  readonly direction: 'worse' | 'better'
  /** Nights at the new level that count. */
  readonly nightsSince: number
  /** `accepted`: before the accepted segment began, or where it begins. */
  readonly status: 'open' | 'accepted'
  /** A change point of its own; or small ones, none of which was announced, that add up against the accepted level. */
  readonly foundBy: 'change-point' | 'accepted-level'
  /** What else changed inside the interval. */
  readonly changed: readonly AttributeChange[]
  readonly sentence: string
}

/** Why something that looks like a change of level is not announced. */
export type DismissalReason =
  | 'went-away'
  | 'spike'
  | 'not-persisted'
  | 'too-small'
  | 'host-change'
  | 'environment'
  | 'output-length'
  | 'input-length'
  | 'cache-hits'
  | 'invalid-nights'
  | 'missing-nights'

/** One that was looked at and not announced; each is logged. */
export type Dismissal = {
  readonly reason: DismissalReason
  /** Position in the nights that were analysed. */
  readonly index: number
  readonly at: string
  /** A fraction of the level before; + is a larger value. */
  readonly effect?: number
  readonly sentence: string
}

/** What the nights of one series say; changes and dismissals are in the order of time. */
export type SeriesTrend = {
  readonly series: SeriesKey
  /** `too-few`: not enough nights count to say anything. */
  readonly state: 'steady' | 'changed' | 'too-few'
  readonly nights: number
  /** Nights that count: complete, valid, with a value. */
  readonly used: number
  /** The ratio to the reference target was analysed, so that the machine's own drift cancels. */
  readonly againstReference: boolean
  /** Standard deviation from night to night of log(value), robust; absent while too few nights count. */
  readonly noise?: number
  /** What the series is held against, and where it is now; absent while no night counts. */
  readonly accepted?: Segment
  readonly current?: Segment
  readonly changes: readonly TrendChange[]
  readonly dismissed: readonly Dismissal[]
  readonly sentence: string
}

/** Changes of several series that began together and have one cause. */
export type Incident = {
  /** ISO 8601: of the first night of the earliest. */
  readonly at: string
  /** What changed inside their interval, as `name: before → after`; `unknown` where nothing recorded did. */
  readonly cause: string
  readonly members: readonly { readonly series: SeriesKey; readonly change: TrendChange }[]
  readonly sentence: string
}
