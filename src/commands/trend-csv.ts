import { EXIT, type ExitCode, HarnessError } from '../errors.ts'
import type { ChangePoint } from '../records/index.ts'
import { alignTable, countOf } from '../reporters/index.ts'
import { changePoints } from '../statistics/index.ts'
import { readCsvFile } from './csv-file.ts'
import { type CsvSeries, type CsvValue, csvSeries } from './csv-series.ts'
import type { Io } from './io.ts'

export type CsvFlags = {
  readonly csv: string
  readonly column?: string
  readonly time?: string
  readonly json?: boolean
  readonly failOnChange?: boolean
}

/** A change point whose places are rows of the file, below its header and from 0. */
type RowChange = Omit<ChangePoint, 'effect' | 'low' | 'high'> &
  Partial<Pick<ChangePoint, 'effect' | 'low' | 'high'>> & {
    readonly time?: string
    readonly timeInterval?: readonly [from: string, to: string]
  }

/** Where the level of a column moved: the door for figures that infergate did not measure. */
export async function runTrendCsv(flags: CsvFlags, io: Io): Promise<ExitCode> {
  const series = csvSeries(readCsvFile(flags.csv, io.cwd), flags.column, flags.time)
  if (series.values.length > MOST_VALUES)
    throw new HarnessError(
      'usage',
      `Column "${series.column}" of ${flags.csv} holds ${series.values.length} values, more than ${MOST_VALUES}. Write one value for each night or hour, such as its median.`,
    )
  if (series.values.length > MANY_VALUES)
    io.stderr(`Looking for changes in ${series.values.length} values: this may take a minute.\n`)
  const changes = changePoints(series.values.map(({ value }) => value)).map((change) =>
    onRows(change, series.values),
  )
  const notes = [...series.notes, ...(series.values.length < SHORT ? [SHORT_NOTE] : [])]
  if (flags.json) {
    const { column, values, leftOut } = series
    const answer = { file: flags.csv, column, values: values.length, leftOut, notes, changePoints: changes }
    io.stdout(`${JSON.stringify(answer, null, 2)}\n`)
  } else io.stdout(render(flags.csv, series, changes))
  for (const note of notes) io.stderr(`${note}\n`)
  return flags.failOnChange && changes.length > 0 ? EXIT.fail : EXIT.pass
}

/** The time of a quiet series grows with the square of its length: seconds here. */
const MOST_VALUES = 50_000

/** Below it is done at once. */
const MANY_VALUES = 10_000

const SHORT = 30
const SHORT_NOTE =
  'Fewer than 30 values say little about their noise: only a change that is far outside it is found.'

/** Absent instead of infinite: a level of 0 has no share that it moved by, and JSON no word for it. */
function onRows(
  { index, interval, effect, low, high, ...change }: ChangePoint,
  values: readonly CsvValue[],
): RowChange {
  const at = (place: number) => values[place] as CsvValue
  const [from, to] = interval
  const time = at(index).time
  return {
    index: at(index).row,
    interval: [at(from).row, at(to).row],
    ...(time !== undefined && {
      time,
      timeInterval: [at(from).time as string, at(to).time as string] as const,
    }),
    ...change,
    ...Object.fromEntries(
      Object.entries({ effect, low, high }).filter(([, share]) => Number.isFinite(share)),
    ),
  }
}

function render(file: string, { column, values }: CsvSeries, changes: readonly RowChange[]): string {
  const head = `${column} of ${file}: ${countOf(values.length, 'value')}, ${changes.length === 0 ? 'no change' : countOf(changes.length, 'change')}`
  if (changes.length === 0) return `${head}\n`
  const rows = changes.map(
    ({ index, interval, time, timeInterval, kind, before, after, effect, low, high }) => [
      ...[time ?? String(index), (timeInterval ?? interval).join(' to '), kind],
      ...[figure(before), figure(after)],
      effect === undefined ? '' : percent(effect),
      low === undefined || high === undefined ? '' : `${percent(low)} to ${percent(high)}`,
    ],
  )
  const since = changes[0]?.time === undefined ? 'row' : 'since'
  const table = alignTable({
    head: [since, 'first value within (95 %)', 'kind', 'before', 'after', 'change', '95 % interval'],
    rows,
  })
  return `${head}\n${table.map((line) => `  ${line}\n`).join('')}`
}

const figure = (value: number): string => String(Number(value.toPrecision(4)))
const percent = (share: number): string => `${share < 0 ? '' : '+'}${(100 * share).toFixed(1)} %`
