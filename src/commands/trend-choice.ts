import { existsSync } from 'node:fs'
import { HarnessError } from '../errors.ts'
import { readHistory } from '../history/index.ts'
import type { Warmth } from '../records/index.ts'
import type { TrendView } from '../reporters/index.ts'
import type { Io } from './io.ts'
import { readSettings } from './settings.ts'
import { mustKnowMetric } from './trend-points.ts'
import { mustKnowTarget, readTrends } from './trend-series.ts'

/** Which series `trend accept` and `trend confirm` are about. */
export type TrendChoice = {
  readonly config?: string
  readonly target?: string
  readonly metric?: string
  readonly warmth?: Warmth
}

/** The chosen series of the history that the configuration names. Throws `usage` where there is none. */
export async function openTrends(
  { config, target, metric, warmth }: TrendChoice,
  io: Io,
): Promise<{ readonly file: string; readonly view: TrendView }> {
  const { values, targetNames } = await readSettings(config === undefined ? {} : { config }, io)
  const file = values.history
  if (!existsSync(file))
    throw new HarnessError('usage', `There is no history at ${file}: run \`infergate nightly\` first.`)
  await using history = await readHistory(file)
  if (metric !== undefined)
    mustKnowMetric(
      metric,
      (await history.metrics()).map(({ name }) => name),
    )
  const view = await readTrends(history, {
    ...(target !== undefined && { targetName: target }),
    ...(metric !== undefined && { metric }),
    ...(warmth && { warmth }),
  })
  if (target !== undefined && view.series.length === 0) await mustKnowTarget(history, target, targetNames)
  return { file, view }
}
