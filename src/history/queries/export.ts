import { HarnessError } from '../../errors.ts'
import { csvHeader, csvLinesOf } from '../exchange/csv.ts'
import { headerLine, lineOf } from '../exchange/jsonl.ts'
import { type RunRecord, sealOf } from '../record.ts'
import type { Sql } from '../sql.ts'
import type { ExchangeFormat } from '../types.ts'
import { readAcceptances } from './acceptances.ts'
import { readPromotions } from './baselines.ts'

const PAGE = 500

/** All that is kept, in an order that depends on nothing but the content. Throws `store-unusable` where a seal is broken. */
export async function exportAll(
  sql: Sql,
  format: ExchangeFormat,
  keep: (text: string) => void,
): Promise<{ readonly entries: number }> {
  let entries = 0
  const put = (text: string): void => {
    // A run that is no night has no points.
    if (text === '') return
    keep(text)
    entries++
  }
  keep(format === 'csv' ? csvHeader() : headerLine())
  for (let after: readonly [string, string] = ['', '']; ; ) {
    const rows = await sql.all(
      `SELECT started_at, run_id, seal, record FROM runs WHERE (started_at, run_id) > (?, ?)
       ORDER BY started_at, run_id LIMIT ?`,
      ...[...after, PAGE],
    )
    for (const { seal, record: text } of rows) {
      const record = unbroken(String(seal), JSON.parse(String(text)))
      put(format === 'csv' ? csvLinesOf(record) : lineOf({ kind: 'run', seal: String(seal), record }))
    }
    const last = rows.at(-1)
    if (!last) break
    after = [String(last['started_at']), String(last['run_id'])]
  }
  if (format === 'csv') return { entries }
  for (const promotion of await readPromotions(sql)) put(lineOf({ kind: 'promotion', ...promotion }))
  for (const acceptance of await readAcceptances(sql)) put(lineOf({ kind: 'acceptance', ...acceptance }))
  return { entries }
}

function unbroken(seal: string, record: RunRecord): RunRecord {
  if (sealOf(record) === seal) return record
  throw new HarnessError(
    'store-unusable',
    `Run ${record.runId} is not what was recorded: its seal does not match. Restore the history from a copy or an export.`,
  )
}
