import { HarnessError } from '../errors.ts'
import { countOf } from '../reporters/index.ts'
import { readNumber, readTime } from './csv-cells.ts'
import { type CsvFile, type CsvRow, columnOf } from './csv-file.ts'

/** A value of the column, in the order of time. */
export type CsvValue = {
  /** 0-based, of the rows below the header. */
  readonly row: number
  readonly value: number
  /** As it stands in the file. */
  readonly time?: string
}

export type LeftOut = { readonly row: number; readonly reason: string }

export type CsvSeries = {
  readonly column: string
  readonly values: readonly CsvValue[]
  /** Rows without a value or without a time: the series goes on without them. */
  readonly leftOut: readonly LeftOut[]
  /** What a reader of the result must know. */
  readonly notes: readonly string[]
}

/** The values of a column, oldest first: by the time column where there is one, else as the rows stand. */
export function csvSeries(file: CsvFile, column?: string, time?: string): CsvSeries {
  const at = columnOf(file, column, '--column')
  const timeAt = time === undefined ? undefined : columnOf(file, time, '--time')
  const leftOut: LeftOut[] = []
  const placed: (CsvValue & { readonly at: number })[] = []
  for (const [row, line] of file.rows.entries()) {
    const value = numberIn(file, line, row, at)
    const place = timeAt === undefined ? row : timeIn(file, line, row, timeAt)
    if (typeof value === 'string') leftOut.push({ row, reason: value })
    else if (typeof place === 'string') leftOut.push({ row, reason: place })
    else
      placed.push({
        row,
        value,
        at: place,
        ...(timeAt !== undefined && { time: line.cells[timeAt] as string }),
      })
  }
  const name = file.columns[at] as string
  if (placed.length === 0)
    throw new HarnessError(
      'usage',
      `Column "${name}" of ${file.name} holds no value in ${countOf(file.rows.length, 'row')}.`,
    )
  const isSorted = placed.every((one, i) => i === 0 || one.at >= (placed[i - 1]?.at ?? 0))
  const notes = [
    ...leftOutNotes(leftOut),
    ...(isSorted
      ? []
      : [`The rows are not in the order of ${time}: they were sorted. Row numbers are those of the file.`]),
    ...(timeAt === undefined ? [] : timeNotes(placed.map((one) => one.at).sort((a, b) => a - b))),
  ]
  const values = placed.toSorted((a, b) => a.at - b.at).map(({ at: _, ...value }) => value)
  return { column: name, values, leftOut, notes }
}

function numberIn(file: CsvFile, { cells, line }: CsvRow, row: number, at: number): number | string {
  const cell = cells[at] ?? ''
  const value = readNumber(cell)
  if (value === 'missing') return cell.trim() === '' ? 'no value' : `no value: ${cell.trim()}`
  if (value === 'infinite') return `not finite: ${cell.trim()}`
  if (value === 'unreadable')
    throw new HarnessError(
      'usage',
      `${file.name}, line ${line} (row ${row}): "${cell}" in column "${file.columns[at]}" is not a number. Write 1234.5, or leave the cell empty.`,
    )
  return value
}

function timeIn(file: CsvFile, { cells, line }: CsvRow, row: number, at: number): number | string {
  const cell = cells[at] ?? ''
  const time = readTime(cell)
  if (time === 'missing') return 'no time'
  if (time === 'unreadable')
    throw new HarnessError(
      'usage',
      `${file.name}, line ${line} (row ${row}): "${cell}" in column "${file.columns[at]}" is not a time. Write 2026-03-01, 2026-03-01T02:00:00Z or a number.`,
    )
  return time
}

function leftOutNotes(leftOut: readonly LeftOut[]): readonly string[] {
  if (leftOut.length === 0) return []
  const shown = leftOut.slice(0, 5).map(({ row, reason }) => `${row} (${reason})`)
  const more = leftOut.length > shown.length ? `, and ${leftOut.length - shown.length} more` : ''
  return [`${countOf(leftOut.length, 'row')} left out: ${shown.join(', ')}${more}.`]
}

/** A distance between neighbours that is so many times the usual one is a gap. */
const GAP = 3

function timeNotes(times: readonly number[]): readonly string[] {
  const apart = times.slice(1).map((time, i) => time - (times[i] as number))
  const usual = apart.toSorted((a, b) => a - b)[apart.length >> 1] ?? 0
  const gaps = apart.filter((one) => usual > 0 && one > GAP * usual).length
  const same = apart.filter((one) => one === 0).length
  return [
    ...(gaps > 0
      ? [`${countOf(gaps, 'gap')} in time, more than ${GAP} times the usual distance: nothing was filled in.`]
      : []),
    ...(same > 0
      ? [`${countOf(same, 'row')} at the same time as another: each counts, in the order of the file.`]
      : []),
  ]
}
