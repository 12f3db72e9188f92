import type { ComparedMetric, StartFigures } from '../../records/index.ts'
import { standardDeviation } from '../../statistics/index.ts'
import { metricsOf, worsening } from './changes.ts'

/** What a pair's difference of logarithms is expected to vary by, from the starts of one run: √2 times what these do. */
export function spreadsOfStarts(
  starts: readonly StartFigures[],
): Readonly<Partial<Record<ComparedMetric, number>>> {
  return Object.fromEntries(
    metricsOf(starts).flatMap((metric) => {
      const logs = starts.flatMap(({ values }) => worsening(metric, 1, values[metric]) ?? [])
      return logs.length < 2 ? [] : [[metric, Math.SQRT2 * standardDeviation(logs)]]
    }),
  )
}
