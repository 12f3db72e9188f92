import type { Night, SeriesKey } from '../../records/index.ts'
import { type Attributes, UNKNOWN_HARDWARE } from '../attributes.ts'
import type { Point, RunRecord } from '../record.ts'
import type { Row, Sql, SqlValue } from '../sql.ts'
import type { NightsQuery } from '../types.ts'
import { camelRow } from './rows.ts'

const KEY = ['target_name', 'scenario', 'metric', 'warmth', 'hardware']
  .map((name) => `series.${name} = ?`)
  .join(' AND ')

const keyOf = ({ targetName, scenario, metric, warmth, hardware }: SeriesKey): readonly SqlValue[] => [
  ...[targetName, scenario, metric, warmth, hardware],
]

/** Adds what a run measured to its series; one that is new begins. */
export async function addPoints(
  sql: Sql,
  { runId, startedAt, targetName, hardware }: RunRecord,
  points: readonly Point[],
): Promise<void> {
  for (const { scenario, metric, warmth, unit, value, spread, starts, reference, attributes } of points) {
    const id = await seriesFor(sql, { targetName, scenario, metric, warmth, hardware }, unit)
    await sql.run(
      `INSERT INTO points (series_id, started_at, run_id, value, spread, starts, reference, attributes)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, startedAt, runId, value, spread ?? null, starts, reference ?? null, JSON.stringify(attributes)],
    )
  }
}

async function seriesFor(sql: Sql, key: SeriesKey, unit: string): Promise<number> {
  const find = async () => {
    const [row] = await sql.all(`SELECT series_id FROM series WHERE ${KEY}`, ...keyOf(key))
    return row && Number(row['series_id'])
  }
  const known = await find()
  if (known !== undefined) return known
  if (key.hardware !== UNKNOWN_HARDWARE) await adoptUnknown(sql, key)
  await sql.run(
    `INSERT INTO series (target_name, scenario, metric, warmth, hardware, unit) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
    ...[...keyOf(key), unit],
  )
  return (await find()) as number
}

/**
 * Before version 4 nobody kept on which hardware a run was: the first that says it goes on where those end, so that the upgrade
 * begins no new series.
 */
async function adoptUnknown(sql: Sql, key: SeriesKey): Promise<void> {
  const { hardware, ...rest } = key
  await sql.run(
    `UPDATE series SET hardware = ? WHERE ${KEY} AND NOT EXISTS (
       SELECT 1 FROM series AS other WHERE other.target_name = series.target_name AND other.scenario = series.scenario
         AND other.metric = series.metric AND other.warmth = series.warmth AND other.hardware <> series.hardware)`,
    ...[hardware, ...keyOf({ ...rest, hardware: UNKNOWN_HARDWARE })],
  )
}

/** Every series that has a night; of one target or of all. */
export async function readSeries(sql: Sql, targetName?: string): Promise<readonly SeriesKey[]> {
  const rows = await sql.all(
    `SELECT target_name, scenario, metric, warmth, hardware FROM series
     WHERE EXISTS (SELECT 1 FROM points WHERE points.series_id = series.series_id)
       ${targetName === undefined ? '' : 'AND target_name = ?'}
     ORDER BY target_name, scenario, metric, warmth, hardware`,
    ...(targetName === undefined ? [] : [targetName]),
  )
  return rows.map((row) => camelRow(row) as SeriesKey)
}

/** The nights of a series, oldest first. `known` keeps what is named beside them, which the series of a run share. */
export async function readNights(
  sql: Sql,
  { limit, ...key }: NightsQuery,
  known: Map<string, Attributes>,
): Promise<readonly Night[]> {
  const rows = await sql.all(
    `SELECT points.run_id, points.started_at, value, spread, starts, reference, attributes, verdict, state
     FROM series JOIN points ON points.series_id = series.series_id JOIN runs ON runs.run_id = points.run_id
     WHERE ${KEY} ORDER BY points.started_at DESC, points.run_id DESC ${limit === undefined ? '' : 'LIMIT ?'}`,
    ...[...keyOf(key), ...(limit === undefined ? [] : [limit])],
  )
  const nights: Night[] = []
  // Thousands of series have a night a day for years: what is known is not waited for.
  for (const row of rows.toReversed()) {
    const name = `${row['run_id']} ${row['attributes']}`
    const attributes = known.get(name) ?? (await attributesOf(sql, row))
    known.set(name, attributes)
    nights.push({
      runId: row['run_id'] as string,
      at: row['started_at'] as string,
      value: row['value'] as number,
      ...(row['spread'] !== null && { spread: row['spread'] as number }),
      starts: row['starts'] as number,
      ...(row['reference'] !== null && { reference: row['reference'] as number }),
      verdict: row['verdict'] as Night['verdict'],
      state: row['state'] as Night['state'],
      attributes,
    })
  }
  return nights
}

/** Those of the run, and those of the point. */
async function attributesOf(sql: Sql, point: Row): Promise<Attributes> {
  const [row] = await sql.all('SELECT record FROM runs WHERE run_id = ?', point['run_id'] ?? '')
  const { attributes } = JSON.parse(String(row?.['record'])) as RunRecord
  return { ...attributes, ...JSON.parse(String(point['attributes'])) }
}
