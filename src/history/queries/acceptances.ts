import type { SeriesKey } from '../../records/index.ts'
import type { Sql } from '../sql.ts'
import type { TrendAcceptance } from '../types.ts'

/** Oldest first, in the order of writing; of one target or of all. */
export async function readAcceptances(sql: Sql, targetName?: string): Promise<readonly TrendAcceptance[]> {
  const rows = await sql.all(
    `SELECT * FROM acceptances ${targetName === undefined ? '' : 'WHERE target_name = ?'} ORDER BY nth`,
    ...(targetName === undefined ? [] : [targetName]),
  )
  return rows.map((row) => ({
    series: {
      ...{ targetName: String(row['target_name']), scenario: String(row['scenario']) },
      ...{ metric: String(row['metric']), hardware: String(row['hardware']) },
      warmth: row['warmth'] as SeriesKey['warmth'],
    },
    ...{ runId: String(row['run_id']), reason: String(row['reason']) },
    ...{ by: String(row['accepted_by']), at: String(row['accepted_at']) },
  }))
}

export async function addAcceptance(
  sql: Sql,
  { series, runId, reason, by, at }: TrendAcceptance,
): Promise<void> {
  const { targetName, scenario, metric, warmth, hardware } = series
  await sql.run(
    `INSERT INTO acceptances (target_name, scenario, metric, warmth, hardware, run_id, reason, accepted_by, accepted_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[targetName, scenario, metric, warmth, hardware, runId, reason, by, at],
  )
}
