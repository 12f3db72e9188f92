/** What a chart draws; the numbers go to the page as they are, so a chart of many is drawn from fewer (`downsampled`). */
export type ChartSpec = {
  /** Unique on its page; part of the address of a view. */
  readonly id: string
  readonly title: string
  /** What the chart shows, in a sentence with its figures: what who cannot see it hears. */
  readonly says: string
  readonly x: {
    readonly label: string
    readonly values: readonly number[]
    /** `percentile`: shares from 0 to below 1, the tail drawn as wide as its nines: p90, p99 and p99.9 are as far apart. */
    readonly kind?: 'number' | 'whole' | 'time' | 'log' | 'percentile'
    /** What of the axis is seen; default: from the first to the last value. */
    readonly range?: readonly [from: number, to: number]
  }
  /** Charts of one name, one below the other, share their cursor: all show the same moment. */
  readonly sharesCursor?: string
  readonly series: readonly ChartSeries[]
  /** Lines at a place of an axis, such as a budget or the end of the warm-up. */
  readonly marks?: readonly ChartMark[]
  /** Spans of an axis, such as the warm-up. */
  readonly bands?: readonly ChartBand[]
  readonly isLog?: true
  /** The y axis begins near the least value and not at 0: of what is looked at for small changes. */
  readonly isFitted?: true
  readonly heightPx?: number
}

export type ChartSeries = {
  readonly label: string
  readonly unit: string
  readonly values: readonly (number | null)[]
  /** The 95 % interval of each value that has one. */
  readonly intervals?: readonly (readonly [low: number, high: number] | null)[]
  /** Default: line; `linked`: points with a line through them. */
  readonly style?: 'line' | 'linked' | 'points' | 'bars' | 'steps'
  /** A second scale on the right. */
  readonly axis?: 'right'
  /** Of the palette, by meaning; default: in the order of the series. */
  readonly tone?: 'cold' | 'warm' | 'steady' | 'bad' | 'muted' | 'series-4'
}

export type ChartMark = {
  readonly axis: 'x' | 'y'
  readonly at: number
  readonly label: string
  readonly tone?: 'bad' | 'muted'
}

export type ChartBand = {
  /** Default: x. */
  readonly axis?: 'y'
  readonly from: number
  readonly to: number
  readonly label: string
}
