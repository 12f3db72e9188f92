import type { DatabaseSync } from 'node:sqlite'
import type { Accepted, Route, Run } from '../records/index.ts'
import type { TargetIdentity } from './types.ts'

type Had = Pick<Accepted, 'capabilities' | 'routes'>

/** What the service of a run had, as it is kept; null for a run that never asked. */
export function hadJson({ profile }: Run): string | null {
  if (!profile) return null
  const { capabilities, absentRoutes = {}, missing } = profile
  const routes: readonly Route[] = [
    ...(missing.chat === undefined && capabilities.includes('chat') ? (['chat'] as const) : []),
    ...(absentRoutes.completions === undefined ? (['completions'] as const) : []),
  ]
  return JSON.stringify({ capabilities, routes } satisfies Had)
}

/** The last complete PASS of a target that looked at more than its speed: a benchmark accepts nothing. */
export function readLastAccepted(
  database: DatabaseSync,
  { name, dialect, url = null }: Omit<TargetIdentity, 'url'> & { readonly url?: string | null | undefined },
): Accepted | undefined {
  const row = database
    .prepare(
      `SELECT run_id AS runId, started_at AS startedAt, had_json AS had FROM runs
       WHERE verdict = 'PASS' AND state = 'complete' AND command <> 'bench' AND had_json IS NOT NULL
         AND target_name = :name AND json_extract(target_json, '$.dialect') = :dialect
         AND (:url IS NULL OR json_extract(target_json, '$.url') = :url)
       ORDER BY started_at DESC, run_id DESC LIMIT 1`,
    )
    .get({ name, dialect, url })
  if (!row) return undefined
  const { capabilities, routes }: Had = JSON.parse(String(row['had']))
  return { runId: String(row['runId']), startedAt: String(row['startedAt']), capabilities, routes }
}
