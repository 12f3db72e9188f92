import { existsSync } from 'node:fs'
import { EXIT, type ExitCode, HarnessError } from '../errors.ts'
import { type HistoryReader, readHistory, type TrendPoint } from '../history/index.ts'
import type { Warmth } from '../records/index.ts'
import { renderTrendText, type TrendView, trendPage } from '../reporters/index.ts'
import type { Io, RunFlags } from './io.ts'
import { lateProgress } from './late-progress.ts'
import { pageFile } from './page-file.ts'
import { readSettings } from './settings.ts'
import { writeTrendFiles } from './trend-files.ts'
import { mustKnowMetric, renderMetrics, renderPoints } from './trend-points.ts'
import { hasOpenChange, mustKnowTarget, readTrends } from './trend-series.ts'

export type TrendFlags = Pick<RunFlags, 'config' | 'json' | 'progress'> & {
  readonly metric?: string
  readonly warmth?: Warmth
  /** A target's name; of the list of runs also its kind, its model or its place. */
  readonly series?: string
  /** Of the list of runs. */
  readonly limit: number
  readonly markdown?: string
  /** A folder for all pictures, or a file that ends in .svg for one. */
  readonly svg?: string
  /** A file. */
  readonly html?: string
  readonly failOnChange?: boolean
}

type Found = TrendView & { readonly points: readonly TrendPoint[] }

/** Every series with its changes; of one metric its last runs, too. */
export async function runTrend(flags: TrendFlags, io: Io): Promise<ExitCode> {
  const { values, targetNames } = await readSettings(
    flags.config === undefined ? {} : { config: flags.config },
    io,
  )
  const { metric, series } = flags
  if (flags.json && flags.markdown === '-')
    throw new HarnessError(
      'usage',
      '--json and --markdown - cannot both go to stdout: give --markdown a file.',
    )
  const writePage = pageFile(flags.html, io)
  // A look at a history that is not there must not create it.
  if (!existsSync(values.history)) {
    if (metric !== undefined) mustKnowMetric(metric, [])
    io.stderr(
      `There is no history at ${values.history} yet: run \`infergate nightly\` or \`infergate gate\` first.\n`,
    )
    return EXIT.pass
  }
  await using history = await readHistory(values.history)
  if (metric !== undefined)
    mustKnowMetric(
      metric,
      (await history.metrics()).map(({ name }) => name),
    )
  const found = await find(history, flags, io)
  if (series !== undefined && found.points.length + found.series.length === 0)
    await mustKnowTarget(history, series, targetNames)
  writeTrendFiles(found, flags, io)
  writePage?.(trendPage(found))
  if (flags.markdown !== '-') await show(found, history, flags, io)
  return flags.failOnChange && hasOpenChange(found) ? EXIT.fail : EXIT.pass
}

async function find(history: HistoryReader, flags: TrendFlags, io: Io): Promise<Found> {
  const { metric, warmth, series, limit } = flags
  using progress = lateProgress('series', io, flags.progress)
  const choice = {
    ...(series !== undefined && { targetName: series }),
    ...(metric !== undefined && { metric }),
    ...(warmth && { warmth }),
  }
  const view = await readTrends(history, choice, progress)
  if (metric === undefined) return { ...view, points: [] }
  const query = { metric, limit, ...(warmth && { warmth }), ...(series !== undefined && { target: series }) }
  return { ...view, points: await history.trend(query) }
}

async function show(found: Found, history: HistoryReader, flags: TrendFlags, io: Io): Promise<void> {
  const { metric, json } = flags
  const { points, ...view } = found
  if (json) {
    const whole = { ...view, ...(metric !== undefined && { points }) }
    io.stdout(`${JSON.stringify(whole, null, 2)}\n`)
    return
  }
  if (view.series.length > 0) io.stdout(renderTrendText(view))
  if (metric === undefined) {
    if (view.series.length > 0) return
    const metrics = await renderMetrics(history)
    if (metrics !== undefined) io.stdout(metrics)
    io.stderr('There is no night to see a trend of: run `infergate nightly` each night.\n')
  } else if (points.length > 0)
    io.stdout(`${view.series.length > 0 ? '\n' : ''}${renderPoints(metric, points)}`)
  else io.stderr(`No run has measured ${metric} of that kind: run \`infergate gate\` first.\n`)
}
