import { alignTable, type Table } from '../load-table.ts'
import { oneLine } from '../safe-text.ts'
import { widthOf, wrapTo } from './fit.ts'

/** The table in columns, or, where they do not fit, a paragraph a row in which each figure has its name. */
export function fitTable(table: Table, columns: number): readonly string[] {
  const { head, rows } = table
  const safe = { head, rows: rows.map((row) => row.map((cell) => oneLine(cell))) }
  const aligned = alignTable(safe)
  if (aligned.every((line) => widthOf(line) <= columns)) return aligned
  return safe.rows.flatMap(([first = '', ...cells]) => {
    const named = cells.flatMap((cell, column) => (cell === NONE ? [] : [`${head[column + 1]} ${cell}`]))
    return wrapTo(`${head[0]} ${first}: ${named.join(', ')}`, columns, '    ')
  })
}

const NONE = '–'
