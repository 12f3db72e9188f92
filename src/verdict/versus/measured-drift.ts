import type { ComparedMetric, StartFigures, StoredBaseline } from '../../records/index.ts'
import { median, standardDeviation } from '../../statistics/index.ts'
import { metricsOf, worsening } from './changes.ts'

/**
 * How far runs of one service move apart by themselves: of each metric the standard deviation over the runs of the median logarithm
 * of their starts, and how many runs knew it. A metric that fewer than two runs knew has none.
 */
export function measuredDrift(runs: readonly (readonly StartFigures[])[]): StoredBaseline['drift'] {
  const levels = (metric: ComparedMetric): readonly number[] =>
    runs.flatMap((starts) => {
      const logs = starts.flatMap(({ values }) => worsening(metric, 1, values[metric]) ?? [])
      return logs.length > 0 ? [median(logs)] : []
    })
  return Object.fromEntries(
    metricsOf(runs.flat()).flatMap((metric) => {
      const known = levels(metric)
      return known.length < 2 ? [] : [[metric, { sd: standardDeviation(known), runs: known.length }]]
    }),
  )
}
