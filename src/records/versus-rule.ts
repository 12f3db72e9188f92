import type { ComparedMetric } from './compared-metric.ts'

/** When the pairs are looked at, and which share of the two error rates may be spent there: the shares of a list add up to 1. */
export type Look = { readonly pairs: number; readonly fail: number; readonly pass: number }

/** How two versions are told apart, fixed before the first request. */
export type VersusRule = {
  /** The gated metrics, and the largest worsening of each that is tolerated: a fraction of the baseline. */
  readonly margins: Readonly<Partial<Record<ComparedMetric, number>>>
  /** Tails beyond this many gated metrics are reported alone. */
  readonly mostGated: number
  /** By how much the share of failed requests may rise: 0.02 is two requests in a hundred. */
  readonly errorMargin: number
  /** Probability of calling a candidate worse that is not, over all gated metrics and looks. */
  readonly alphaFail: number
  /** Probability of calling a candidate kept whose worsening is at the margin, over all looks. */
  readonly alphaPass: number
  /** By pairs, ascending. */
  readonly looks: readonly Look[]
  /** The largest share of the pairs that may be void. */
  readonly mostVoids: number
  /** By metric: the standard deviation of log(value) from run to run that is assumed where too few runs tell it. */
  readonly assumedDrift: Readonly<Partial<Record<ComparedMetric, number>>>
}
