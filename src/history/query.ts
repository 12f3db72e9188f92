import type { DatabaseSync } from 'node:sqlite'
import type { Metric, TrendPoint, TrendQuery } from './types.ts'

/** The newest `limit` values of a metric in each series, all handed back oldest first: the order in which a trend is drawn. */
export function readTrend(database: DatabaseSync, query: TrendQuery): readonly TrendPoint[] {
  const { metric, warmth = null, target = null, limit } = query
  const rows = database
    .prepare(
      `SELECT run_id AS runId, started_at AS startedAt, verdict, target, warmth, unit, value, n, low, high
       FROM (
         SELECT *, row_number() OVER (PARTITION BY target, warmth ORDER BY started_at DESC, run_id DESC) AS nth
         FROM measurements JOIN runs USING (run_id)
         WHERE name = :metric AND (:warmth IS NULL OR warmth = :warmth)
           AND (:target IS NULL OR :target IN (target, target_kind, target_model, target_place))
       )
       WHERE nth <= :limit ORDER BY started_at, run_id, warmth DESC`,
    )
    .all({ metric, warmth, target, limit })
  return rows.map((row) => withoutNulls(row) as TrendPoint)
}

/** Which metrics are kept, and by how many runs. */
export function readMetrics(database: DatabaseSync): readonly Metric[] {
  const rows = database
    .prepare(
      `SELECT name, warmth, unit, count(*) AS runs FROM measurements
       GROUP BY name, warmth, unit ORDER BY name, warmth`,
    )
    .all()
  return rows.map((row) => ({ ...row }) as Metric)
}

/** A bound that was not measured is absent, never null. */
const withoutNulls = (row: object): object =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null))
