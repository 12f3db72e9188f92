import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { CsvError, parse } from 'csv-parse/sync'
import { didYouMean } from '../config/index.ts'
import { HarnessError } from '../errors.ts'
import { readNumber } from './csv-cells.ts'

export type CsvFile = {
  /** As the user named it. */
  readonly name: string
  readonly columns: readonly string[]
  /** Below the header. Row 0 is the first of them. */
  readonly rows: readonly CsvRow[]
}

/** The line is 1-based, as an editor shows it. */
export type CsvRow = { readonly cells: readonly string[]; readonly line: number }

type ParsedRecord = { readonly record: readonly string[]; readonly info: { readonly lines: number } }

/** The rows of a CSV file with a header: separated by commas, or by semicolons or tabs where the header has no comma. */
export function readCsvFile(name: string, cwd: string): CsvFile {
  const text = readText(name, cwd)
  if (text.trim() === '')
    throw new HarnessError('usage', `${name} is empty: it needs a header row and values below it.`)
  if (text.includes('\0'))
    throw new HarnessError('usage', `${name} is not text in UTF-8: save it as CSV in UTF-8 first.`)
  const [header, ...rows] = recordsOf(name, text)
  const columns = header?.cells.map((cell) => cell.trim()) ?? []
  if (columns.every((cell) => typeof readNumber(cell) === 'number'))
    throw new HarnessError(
      'usage',
      `${name} has no header: its first row holds numbers alone (${columns.slice(0, 3).join(', ')}). Add a row that names the columns.`,
    )
  if (rows.length === 0)
    throw new HarnessError('usage', `${name} has a header and no row below it: there is nothing to look at.`)
  return { name, columns, rows }
}

/** Where a column stands; the only one where none is named. */
export function columnOf({ name, columns }: CsvFile, column: string | undefined, flag: string): number {
  if (column === undefined) {
    if (columns.length === 1) return 0
    throw new HarnessError(
      'usage',
      `${name} has ${columns.length} columns: say which one with ${flag} NAME. ${knownColumns(columns)}`,
    )
  }
  const at = columns.indexOf(column)
  if (at < 0)
    throw new HarnessError('usage', `${name} has no column "${column}": ${didYouMean(column, columns)}`)
  if (columns.lastIndexOf(column) !== at)
    throw new HarnessError('usage', `${name} has two columns "${column}": rename one of them.`)
  return at
}

const knownColumns = (columns: readonly string[]): string => `Known: ${columns.join(', ')}.`

function readText(name: string, cwd: string): string {
  try {
    return readFileSync(resolve(cwd, name), 'utf8')
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException
    const says = { ENOENT: 'there is no such file', EISDIR: 'it is a folder', EACCES: 'it may not be read' }[
      code
    ]
    throw new HarnessError(
      'usage',
      `Cannot read ${name}: ${says ?? String(cause)}. Name a CSV file with --csv.`,
      {
        cause,
      },
    )
  }
}

function recordsOf(name: string, text: string): readonly CsvRow[] {
  const [firstLine = ''] = text.trimStart().split('\n', 1)
  const delimiter = firstLine.includes(',') ? ',' : (firstLine.match(/[;\t]/)?.[0] ?? ',')
  // In a single column an empty line is a value that is missing; beside others it is no row.
  const isSingle = !firstLine.includes(delimiter)
  try {
    const records: readonly ParsedRecord[] = parse(isSingle ? text.trimEnd() : text, {
      ...{ bom: true, delimiter, info: true, skip_empty_lines: !isSingle },
    }) as unknown as readonly ParsedRecord[]
    return records.map(({ record, info }) => ({ cells: record, line: info.lines }))
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause
    throw new HarnessError('usage', `${name} is no CSV file that can be read: ${cause.message}.`, { cause })
  }
}
