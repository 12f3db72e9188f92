import type { Sql } from '../sql.ts'
import type { Prunable, Pruned, PrunedRun } from '../types.ts'
import { camelRow } from './rows.ts'

/** What is meant, and why some of it stays. */
export async function readPrunable(sql: Sql, what: Prunable): Promise<Pruned> {
  const rows = await sql.all(
    `SELECT run_id, started_at, target_name AS target, verdict FROM runs
     WHERE ${'before' in what ? 'started_at < ?' : 'run_id = ?'} ORDER BY started_at, run_id`,
    'before' in what ? what.before : what.runId,
  )
  const old = rows.map((row) => camelRow(row) as PrunedRun)
  const reasons = await reasonsToKeep(sql, 'before' in what)
  return {
    removed: old.filter(({ runId }) => !reasons.has(runId)),
    kept: old.flatMap((run) => {
      const because = reasons.get(run.runId)
      return because === undefined ? [] : { ...run, because }
    }),
  }
}

/** What hangs on a run goes with it. */
export async function removeRuns(sql: Sql, { removed }: Pruned): Promise<void> {
  for (const { runId } of removed) await sql.run('DELETE FROM runs WHERE run_id = ?', runId)
  await sql.run(
    'DELETE FROM series WHERE NOT EXISTS (SELECT 1 FROM points WHERE points.series_id = series.series_id)',
  )
}

/** The strongest reason by run; a run that is named goes also where it is the newest. */
async function reasonsToKeep(sql: Sql, isByAge: boolean): Promise<ReadonlyMap<string, string>> {
  const ids = async (text: string) => (await sql.all(text)).map(({ run_id }) => String(run_id))
  const newest = (which: string) =>
    ids(
      `SELECT run_id FROM (
         SELECT run_id, row_number() OVER (PARTITION BY target_name ORDER BY started_at DESC, run_id DESC) AS nth
         FROM runs ${which}) AS numbered WHERE nth = 1`,
    )
  const accepted = `WHERE verdict = 'PASS' AND state = 'complete' AND command NOT IN ('bench', 'watch')`
  const baselines = await ids(
    'SELECT run_id FROM promotions WHERE nth IN (SELECT max(nth) FROM promotions GROUP BY target_name)',
  )
  const accepting = await ids('SELECT run_id FROM acceptances')
  return new Map([
    ...(isByAge ? await newest('') : []).map((id) => [id, 'it is the newest run of its target'] as const),
    ...(isByAge ? await newest(accepted) : []).map(
      (id) => [id, 'it is the last accepted run of its target'] as const,
    ),
    ...accepting.map((id) => [id, 'an accepted trend begins with it'] as const),
    ...baselines.map((id) => [id, 'it is the baseline of its target'] as const),
  ])
}
