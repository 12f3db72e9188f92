import { CsvError, parse } from 'csv-parse/sync'
import { canonical, type Point } from '../record.ts'
import { COLUMNS, type CsvRun } from './csv.ts'
import type { Placed } from './entry.ts'
import { issueOf } from './issue.ts'
import { type BadLine, refuse } from './refuse.ts'
import { csvRun, point } from './schemas.ts'

/** The runs of a table. Throws `usage` with the numbers of the lines that are wrong. */
export function parseCsv(file: string, text: string): readonly CsvRun[] {
  const [head, ...rows] = rowsOf(file, text)
  if (head?.cells.join() !== COLUMNS.join())
    refuse(file, [{ line: 1, says: `the columns are not those of \`infergate history export\`: ${COLUMNS}` }])
  const bad: BadLine[] = []
  const runs = new Map<string, CsvRun & { readonly points: Placed<Point>[] }>()
  for (const { line, cells } of rows) {
    const parsed = rowOf(cells)
    if (typeof parsed === 'string') {
      bad.push({ line, says: parsed })
      continue
    }
    const { points, ...said } = runs.get(parsed.run.runId) ?? { ...parsed.run, points: [] }
    if (canonical(said) !== canonical(parsed.run))
      bad.push({ line, says: `run ${said.runId} is another one than in the lines before` })
    else if (points.some(({ entry }) => placeOf(entry) === placeOf(parsed.point)))
      bad.push({ line, says: `run ${said.runId} has ${parsed.point.metric} of this series twice` })
    else runs.set(said.runId, { ...said, points: [...points, { line, entry: parsed.point }] })
  }
  refuse(file, bad)
  return [...runs.values()]
}

type CsvRow = { readonly line: number; readonly cells: readonly string[] }

/** The line is that on which a row ends. */
function rowsOf(file: string, text: string): readonly CsvRow[] {
  try {
    const rows = parse(text, { bom: true, info: true, skip_empty_lines: true, relax_column_count: true })
    return (rows as unknown as { record: string[]; info: { lines: number } }[]).map(({ record, info }) => ({
      line: info.lines,
      cells: record,
    }))
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause
    refuse(file, [{ line: Number(cause['lines'] ?? 1), says: cause.message }])
    return []
  }
}

const placeOf = ({ scenario, metric, warmth }: Point): string => canonical([scenario, metric, warmth])

function rowOf(cells: readonly string[]) {
  if (cells.length !== COLUMNS.length) return `it has ${cells.length} cells, not ${COLUMNS.length}`
  const row = Object.fromEntries(COLUMNS.map((name, index) => [name, cells[index] ?? '']))
  const { run_id: runId, started_at: startedAt, target: targetName, command, verdict, state, hardware } = row
  const run = csvRun.safeParse({ runId, startedAt, command, verdict, state, targetName, hardware })
  if (!run.success) return issueOf(run.error)
  const { scenario, metric, warmth, unit } = row
  const found = point.safeParse({
    ...{ scenario, metric, warmth, unit, value: numberOf(row['value']), starts: numberOf(row['starts']) },
    ...(row['spread'] !== '' && { spread: numberOf(row['spread']) }),
    ...(row['reference'] !== '' && { reference: numberOf(row['reference']) }),
    attributes: attributesOf(row['attributes']),
  })
  return found.success ? { run: run.data, point: found.data as Point } : issueOf(found.error)
}

/** An empty cell is no 0. */
const numberOf = (text = ''): number => (text.trim() === '' ? Number.NaN : Number(text))

function attributesOf(text = ''): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
