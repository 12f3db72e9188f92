import { existsSync } from 'node:fs'
import { didYouMean } from '../config/index.ts'
import { EXIT, type ExitCode, HarnessError } from '../errors.ts'
import { type HistoryReader, readHistory, type TrendPoint } from '../history/index.ts'
import type { Warmth } from '../records/index.ts'
import { countOf, formatQuantity } from '../reporters/index.ts'
import { measure } from '../verdict/index.ts'
import type { Io, RunFlags } from './io.ts'
import { readSettings } from './settings.ts'
import { sparkline } from './sparkline.ts'

export type TrendFlags = Pick<RunFlags, 'config' | 'json'> & {
  readonly metric?: string
  readonly warmth?: Warmth
  /** A series, or a target's kind, model or place. */
  readonly series?: string
  readonly limit: number
}

/** The last runs of a metric as a table with a sparkline for each target; without a metric, which ones there are. */
export async function runTrend(flags: TrendFlags, io: Io): Promise<ExitCode> {
  const { values } = await readSettings(flags.config === undefined ? {} : { config: flags.config }, io)
  const { metric } = flags
  // A look at a history that is not there must not create it.
  if (!existsSync(values.history)) {
    if (metric !== undefined) mustKnow(metric, [])
    io.stderr(`There is no history at ${values.history} yet: run \`infergate gate\` first.\n`)
    return EXIT.pass
  }
  using history = readHistory(values.history)
  if (metric === undefined) {
    listMetrics(history, flags, io)
    return EXIT.pass
  }
  mustKnow(
    metric,
    history.metrics().map(({ name }) => name),
  )
  const { warmth, series, limit } = flags
  const points = history.trend({
    metric,
    limit,
    ...(warmth && { warmth }),
    ...(series !== undefined && { target: series }),
  })
  if (flags.json) io.stdout(`${JSON.stringify(points, null, 2)}\n`)
  else if (points.length === 0)
    io.stderr(`No run has measured ${metric} of that kind: run \`infergate gate\` first.\n`)
  else io.stdout(renderTrend(metric, points))
  return EXIT.pass
}

/** What infergate can measure at all, whether or not a run has done so. */
const measurable = (): readonly string[] => {
  const { measurements, unmeasured } = measure([])
  return [...measurements, ...unmeasured].map(({ name }) => name)
}

function mustKnow(metric: string, kept: readonly string[]): void {
  const known = [...new Set([...measurable(), ...kept])]
  if (!known.includes(metric))
    throw new HarnessError('usage', `Unknown metric "${metric}": ${didYouMean(metric, known)}`)
}

function listMetrics(history: HistoryReader, { json }: TrendFlags, io: Io): void {
  const metrics = history.metrics()
  if (json) {
    io.stdout(`${JSON.stringify(metrics, null, 2)}\n`)
    return
  }
  const rows = metrics.map(({ name, warmth, unit, runs }) => [name, warmth, unit, countOf(runs, 'run')])
  io.stdout(
    `${align([['metric', 'warmth', 'unit', 'runs'], ...rows])}\nOne of them: infergate trend METRIC\n`,
  )
}

/** One table for each target and warmth: points of different ones are not comparable. */
function renderTrend(metric: string, points: readonly TrendPoint[]): string {
  const series = Map.groupBy(points, ({ target, warmth }) => `${target}, ${warmth}`)
  return [...series]
    .map(([name, members]) => {
      const rows = members.map(({ startedAt, runId, verdict, value, unit, n, low, high }) => [
        startedAt.slice(0, 19).replace('T', ' '),
        formatQuantity(value, unit),
        String(n),
        low === undefined || high === undefined
          ? ''
          : `${formatQuantity(low, unit)} to ${formatQuantity(high, unit)}`,
        verdict,
        runId,
      ])
      const head = ['started (UTC)', metric, 'n', '95 % interval', 'verdict', 'run']
      return `${metric} of ${name}, ${countOf(members.length, 'run')}, oldest first: ${sparkline(members.map(({ value }) => value))}\n${align([head, ...rows])}`
    })
    .join('\n')
}

function align(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows
    .map(
      (row) =>
        `  ${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}
