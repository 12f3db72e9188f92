import type { Sql } from '../sql.ts'
import type { ListedRun } from '../types.ts'
import { camelRow } from './rows.ts'

/** The newest so many runs, newest first; of one target or of all. */
export async function listRuns(
  sql: Sql,
  { target, limit }: { readonly target?: string; readonly limit: number },
): Promise<readonly ListedRun[]> {
  const rows = await sql.all(
    `SELECT run_id, started_at, command, target_name AS target, verdict, state FROM runs
     ${target === undefined ? '' : 'WHERE target_name = ?'} ORDER BY started_at DESC, run_id DESC LIMIT ?`,
    ...[...(target === undefined ? [] : [target]), limit],
  )
  return rows.map((row) => camelRow(row) as ListedRun)
}
