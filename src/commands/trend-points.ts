import { didYouMean } from '../config/index.ts'
import { HarnessError } from '../errors.ts'
import type { HistoryReader, TrendPoint } from '../history/index.ts'
import { alignTable, countOf, formatQuantity, sparkline } from '../reporters/index.ts'
import { LOAD_METRICS, measure } from '../verdict/index.ts'

/** What infergate can measure at all, whether or not a run has done so. */
const measurable = (): readonly string[] => {
  const { measurements, unmeasured } = measure([])
  return [...[...measurements, ...unmeasured].map(({ name }) => name), ...LOAD_METRICS.keys()]
}

/** Throws `usage` for a metric that neither infergate nor the history knows. */
export function mustKnowMetric(metric: string, kept: readonly string[]): void {
  const known = [...new Set([...measurable(), ...kept])]
  if (!known.includes(metric))
    throw new HarnessError('usage', `Unknown metric "${metric}": ${didYouMean(metric, known)}`)
}

/** Which metrics a history holds; undefined where it holds none. */
export async function renderMetrics(history: HistoryReader): Promise<string | undefined> {
  const rows = (await history.metrics()).map(({ name, warmth, unit, runs }) => [
    name,
    warmth,
    unit,
    countOf(runs, 'run'),
  ])
  if (rows.length === 0) return undefined
  return `${indented(['metric', 'warmth', 'unit', 'runs'], rows)}\nOne of them: infergate trend METRIC\n`
}

/** The runs of a metric: one table for each target and warmth, since points of different ones are not comparable. */
export function renderPoints(metric: string, points: readonly TrendPoint[]): string {
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
      return `${metric} of ${name}, ${countOf(members.length, 'run')}, oldest first: ${sparkline(members.map(({ value }) => value))}\n${indented(head, rows)}`
    })
    .join('\n')
}

const indented = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  alignTable({ head, rows })
    .map((line) => `  ${line}\n`)
    .join('')
