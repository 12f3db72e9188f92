import type { Sql } from '../sql.ts'
import type { Metric, TrendPoint, TrendQuery } from '../types.ts'
import { camelRow } from './rows.ts'

/** The newest `limit` values of a metric in each series, all handed back oldest first: the order in which a trend is drawn. */
export async function readTrend(sql: Sql, query: TrendQuery): Promise<readonly TrendPoint[]> {
  const { metric, warmth, target, limit } = query
  const rows = await sql.all(
    `SELECT run_id, started_at, verdict, target, warmth, unit, value, n, low, high
     FROM (
       SELECT runs.run_id, started_at, verdict, target, warmth, unit, value, n, low, high,
         row_number() OVER (PARTITION BY target, warmth ORDER BY started_at DESC, runs.run_id DESC) AS nth
       FROM measurements JOIN runs ON runs.run_id = measurements.run_id
       WHERE name = ? ${warmth === undefined ? '' : 'AND warmth = ?'}
         ${target === undefined ? '' : 'AND ? IN (target_name, target, target_kind, target_model, target_place)'}
     ) AS numbered
     WHERE nth <= ? ORDER BY started_at, run_id, warmth DESC`,
    ...[metric, ...(warmth === undefined ? [] : [warmth]), ...(target === undefined ? [] : [target]), limit],
  )
  return rows.map((row) => camelRow(row) as TrendPoint)
}

/** Which metrics are kept, and by how many runs. */
export async function readMetrics(sql: Sql): Promise<readonly Metric[]> {
  const rows = await sql.all(
    `SELECT name, warmth, unit, count(*) AS runs FROM measurements
     GROUP BY name, warmth, unit ORDER BY name, warmth`,
  )
  return rows.map((row) => camelRow(row) as Metric)
}
