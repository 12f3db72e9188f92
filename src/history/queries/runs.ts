import { HarnessError } from '../../errors.ts'
import { pointsOf } from '../points.ts'
import { canonical, type RunRecord, sealOf } from '../record.ts'
import type { Sql } from '../sql.ts'
import { placeOf, targetKey } from '../target-key.ts'
import type { KeptRun } from '../types.ts'
import { addPoints } from './nights.ts'

/** Keeps a run, once. Throws `store-unusable` where it was there with other content. */
export async function addRun(sql: Sql, record: RunRecord, place: string): Promise<void> {
  const { runId } = record
  const seal = sealOf(record)
  const [kept] = await sql.all('SELECT seal FROM runs WHERE run_id = ?', runId)
  if (!kept) return insertRun(sql, record, seal)
  if (kept['seal'] === seal) return
  throw new HarnessError(
    'store-unusable',
    `The history ${place} keeps the run ${runId} with other content, and a recorded run is never changed: give the other one an id of its own, or leave it out.`,
  )
}

/** Adds a run that is not there, and what is derived from it. */
export async function insertRun(sql: Sql, record: RunRecord, seal: string): Promise<void> {
  const { runId, startedAt, targetName, target, starts } = record
  await sql.run(
    `INSERT INTO runs (run_id, started_at, command, verdict, state, target, target_kind, target_model, target_place,
       target_name, dialect, measures_starts, record, seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[runId, startedAt, record.command, record.verdict, record.state],
    ...(target
      ? [targetKey(target), target.kind, target.model ?? null, placeOf(target)]
      : [targetName, '', null, '']),
    ...[targetName, target?.dialect ?? '', starts.length > 0 ? 1 : 0, canonical(record), seal],
  )
  for (const { name, warmth, unit, value, n, low, high } of record.measurements)
    await sql.run(
      'INSERT INTO measurements (run_id, name, warmth, unit, value, n, low, high) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      ...[runId, name, warmth, unit, value, n, low ?? null, high ?? null],
    )
  await addPoints(sql, record, pointsOf(record))
}

/** A run by its id. */
export async function readRecord(sql: Sql, runId: string): Promise<RunRecord | undefined> {
  const [row] = await sql.all('SELECT record FROM runs WHERE run_id = ?', runId)
  return row && JSON.parse(String(row['record']))
}

/** Complete PASSes of a target that measured their starts, newest first. */
export async function readAcceptedRuns(
  sql: Sql,
  targetName: string,
  limit: number,
): Promise<readonly KeptRun[]> {
  const rows = await sql.all(
    `SELECT record FROM runs WHERE target_name = ? AND verdict = 'PASS' AND state = 'complete' AND command <> 'watch'
       AND measures_starts = 1 ORDER BY started_at DESC, run_id DESC LIMIT ?`,
    ...[targetName, limit],
  )
  return rows.map(({ record }) => keptRunOf(JSON.parse(String(record))))
}

export const keptRunOf = ({ targetName, command, ...record }: RunRecord): KeptRun => ({
  ...{ runId: record.runId, startedAt: record.startedAt, command: command as KeptRun['command'] },
  ...{ target: targetName, verdict: record.verdict, state: record.state },
  ...(record.toolVersion !== undefined && { toolVersion: record.toolVersion }),
  ...(record.fingerprint && { fingerprint: record.fingerprint }),
  ...{ hardware: record.hardware, starts: record.starts },
})
