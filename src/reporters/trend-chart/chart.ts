/** What is drawn of one series: moments as ISO 8601, values in the unit of the metric. */
export type Panel = {
  /** `cold start, staging`: stands above the panel. */
  readonly title: string
  readonly unit: string
  /** In order of time. */
  readonly points: readonly ChartPoint[]
  /** The same metric of the reference target, on the same nights. */
  readonly reference?: readonly ChartPoint[]
  /** Where the level stayed, the accepted segment among them. */
  readonly levels: readonly ChartLevel[]
  readonly changes: readonly ChartChange[]
}

export type ChartPoint = {
  readonly at: string
  readonly value: number
  /** Shown where a pointer rests: run, verdict. */
  readonly says: string
  /** A night that is no evidence is drawn as a ring, and no line goes through it. */
  readonly isLeftOut?: boolean
}

export type ChartLevel = {
  readonly from: string
  readonly to: string
  readonly value: number
  readonly isAccepted: boolean
}

export type ChartChange = {
  readonly at: string
  /** In which the first night of the new level lies. */
  readonly from: string
  readonly to: string
  /** `+10 %` */
  readonly label: string
  /** The whole sentence: it stands below the chart. */
  readonly says: string
}

/** One picture: panels below each other on one axis of time. */
export type Chart = {
  readonly title: string
  /** What a reader who cannot see the picture is told. */
  readonly description: string
  readonly panels: readonly Panel[]
}
