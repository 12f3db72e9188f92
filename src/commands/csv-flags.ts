import type { Command } from 'commander'
import { HarnessError } from '../errors.ts'
import type { CsvFlags } from './trend-csv.ts'

export type CsvOptions = { readonly csv?: string; readonly column?: string; readonly time?: string }

export const addCsvFlags = (command: Command): Command =>
  command
    .option('--csv <file>', 'any CSV with a header instead of the history: where its level moved')
    .option('--column <name>', 'of --csv: the column of the values')
    .option('--time <name>', 'of --csv: the column that orders the rows; without it they are in order')

const OF_HISTORY = ['target', 'warmth', 'markdown', 'html', 'svg'] as const
type OfHistory = (typeof OF_HISTORY)[number]

/** What `trend --csv` was asked; undefined where the history is meant. */
export function csvFlagsOf(
  options: CsvOptions & Pick<CsvFlags, 'json' | 'failOnChange'> & { readonly [Flag in OfHistory]?: string },
  metric: string | undefined,
): CsvFlags | undefined {
  const { csv, column, time, json, failOnChange } = options
  if (csv === undefined) {
    const alone = column !== undefined ? '--column' : time !== undefined ? '--time' : undefined
    if (alone)
      throw new HarnessError(
        'usage',
        `${alone} names a column of a CSV file: say which file with --csv FILE.`,
      )
    return undefined
  }
  if (metric !== undefined)
    throw new HarnessError(
      'usage',
      `"${metric}" is a metric of the history: of a CSV file name a column with --column.`,
    )
  const other = OF_HISTORY.find((flag) => options[flag] !== undefined)
  if (other) throw new HarnessError('usage', `--${other} is about the history: leave it out beside --csv.`)
  return {
    csv,
    ...(column !== undefined && { column }),
    ...(time !== undefined && { time }),
    ...(json && { json }),
    ...(failOnChange && { failOnChange }),
  }
}
