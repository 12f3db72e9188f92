import type { Accepted } from '../../records/index.ts'
import type { RunRecord } from '../record.ts'
import type { Sql } from '../sql.ts'
import type { TargetIdentity } from '../types.ts'
import { readBaseline } from './baselines.ts'
import { readRecord } from './runs.ts'

/**
 * What is expected of a target: what its baseline had, where a run was promoted; else what its last complete PASS had that
 * looked at more than its speed. Of a name that speaks another wire by now nothing is expected.
 */
export async function readLastAccepted(
  sql: Sql,
  { name, dialect, url }: TargetIdentity,
  place: string,
): Promise<Accepted | undefined> {
  const targetName = url ?? name
  const baseline = await readBaseline(sql, targetName, place)
  const record = baseline
    ? await readRecord(sql, baseline.run.runId)
    : await lastPass(sql, targetName, dialect)
  if (!record?.had || record.target?.dialect !== dialect) return undefined
  const { runId, startedAt, had } = record
  return { runId, startedAt, ...had }
}

async function lastPass(sql: Sql, targetName: string, dialect: string): Promise<RunRecord | undefined> {
  const rows = await sql.all(
    `SELECT record FROM runs WHERE verdict = 'PASS' AND state = 'complete' AND command NOT IN ('bench', 'watch')
       AND target_name = ? AND dialect = ? ORDER BY started_at DESC, run_id DESC`,
    ...[targetName, dialect],
  )
  for (const { record: text } of rows) {
    const record: RunRecord = JSON.parse(String(text))
    if (record.had) return record
  }
  return undefined
}
