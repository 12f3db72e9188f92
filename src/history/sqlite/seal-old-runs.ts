import type { DatabaseSync } from 'node:sqlite'
import type { TargetDescription } from '../../records/index.ts'
import { UNKNOWN_HARDWARE } from '../attributes.ts'
import { pointsOf } from '../points.ts'
import { canonical, type RunRecord, sealOf } from '../record.ts'

/** Version 3 kept a run in columns: the same as a record, and its measurements as points of series. */
export function sealOldRuns(database: DatabaseSync): void {
  const seal = database.prepare(
    'UPDATE runs SET target_name = ?, dialect = ?, record = ?, seal = ? WHERE run_id = ?',
  )
  const addSeries = database.prepare(
    `INSERT INTO series (target_name, scenario, metric, warmth, hardware, unit) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  )
  const addPoint = database.prepare(
    `INSERT INTO points SELECT series_id, ?, ?, ?, NULL, ?, NULL, '{}' FROM series
     WHERE target_name = ? AND scenario = ? AND metric = ? AND warmth = ? AND hardware = ?`,
  )
  for (const row of database.prepare('SELECT * FROM runs').all()) {
    const record = recordOfRow(row, measurementsOf(database, String(row['run_id'])))
    const { runId, startedAt, targetName, target, hardware } = record
    seal.run(targetName, target?.dialect ?? '', canonical(record), sealOf(record), runId)
    for (const { scenario, metric, warmth, unit, value, starts } of pointsOf(record)) {
      const key = [targetName, scenario, metric, warmth, hardware]
      addSeries.run(...key, unit)
      addPoint.run(startedAt, runId, value, starts, ...key)
    }
  }
}

function measurementsOf(database: DatabaseSync, runId: string): RunRecord['measurements'] {
  const rows = database
    .prepare(
      'SELECT name, warmth, unit, value, n, low, high FROM measurements WHERE run_id = ? ORDER BY name, warmth',
    )
    .all(runId)
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)),
  ) as never
}

function recordOfRow(
  row: Readonly<Record<string, unknown>>,
  measurements: RunRecord['measurements'],
): RunRecord {
  const target: TargetDescription = JSON.parse(String(row['target_json']))
  const toolVersion = String(row['tool_version'])
  const { model } = target
  return {
    ...{
      runId: String(row['run_id']),
      startedAt: String(row['started_at']),
      command: String(row['command']),
    },
    verdict: row['verdict'] as RunRecord['verdict'],
    exitCode: Number(row['exit_code']),
    state: row['state'] as RunRecord['state'],
    ...{ durationMs: Number(row['duration_ms']), seed: Number(row['seed']), toolVersion },
    ...{ targetName: nameOf(row, target), target, environment: JSON.parse(String(row['environment_json'])) },
    hardware: UNKNOWN_HARDWARE,
    attributes: { toolVersion, ...(model !== undefined && { model }) },
    ...(row['had_json'] !== null && { had: JSON.parse(String(row['had_json'])) }),
    measurements,
    starts: [],
    // Nights were runs of `bench` before `nightly` was there.
    ...(row['command'] === 'bench' && { isNight: true as const }),
  }
}

/** Before version 3 nobody kept what the configuration called a target: what it is, or where, stands for its name. */
function nameOf(row: Readonly<Record<string, unknown>>, { kind, url }: TargetDescription): string {
  const name = row['target_name'] ?? kind
  if (name === 'url' && kind === 'url' && url !== undefined) return url
  return String(row['target_name'] ?? (kind === 'simulator' ? kind : row['target']))
}
