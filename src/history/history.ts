import assert from 'node:assert/strict'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { makeFolder } from '../disk.ts'
import type { Run, Verdict } from '../records/index.ts'
import { hadJson } from './accepted.ts'
import { mustKnowVersion, readerOf } from './reader.ts'
import { inTransaction, migrate, versionOf } from './schema.ts'
import { placeOf, targetKey } from './target-key.ts'
import type { History } from './types.ts'
import { guarded } from './unusable.ts'

/** How long a writer waits for another one: each holds the lock for one small transaction. */
const BUSY_TIMEOUT_MS = 10_000
const SWITCH_PAUSE_MS = 20
const SQLITE_BUSY = 5

/**
 * Opens the history, making the file and its folder where they are missing, and proves that it can be written. Throws
 * `store-unusable` with the next step when it cannot be used.
 */
export function openHistory(file: string): History {
  const database = guarded(file, () => open(file))
  return {
    ...readerOf(file, database),
    record: (run, verdict) =>
      guarded(file, () => inTransaction(database, () => write(database, run, verdict))),
  }
}

function open(file: string): DatabaseSync {
  makeFolder(dirname(file))
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS })
  try {
    database.exec('PRAGMA foreign_keys = ON')
    switchToWal(database)
    migrate(database)
    mustKnowVersion(file, versionOf(database))
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/**
 * Readers and a writer at once need WAL. The switch, once in a file's life, takes an exclusive lock without waiting for the
 * busy timeout, so two processes that open a new file together have to be patient here.
 */
function switchToWal(database: DatabaseSync): void {
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (let attempt = 1; ; attempt++) {
    try {
      database.exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      const busy = (error as { errcode?: number }).errcode === SQLITE_BUSY
      if (!busy || attempt * SWITCH_PAUSE_MS >= BUSY_TIMEOUT_MS) throw error
      Atomics.wait(pause, 0, 0, SWITCH_PAUSE_MS)
    }
  }
}

function write(database: DatabaseSync, run: Run, verdict: Verdict): void {
  const { runId, target } = verdict
  database.prepare('DELETE FROM runs WHERE run_id = ?').run(runId)
  database
    .prepare(
      `INSERT INTO runs (run_id, started_at, command, verdict, exit_code, state, duration_ms, seed, tool_version,
         target, target_kind, target_model, target_place, target_json, environment_json, target_name, had_json)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      ...[runId, verdict.startedAt, run.command, verdict.verdict, verdict.exitCode, verdict.state],
      ...[verdict.durationMs, verdict.seed, verdict.toolVersion, targetKey(target), target.kind],
      ...[target.model ?? null, placeOf(target), JSON.stringify(target), JSON.stringify(run.environment)],
      ...[run.fingerprint?.targetName ?? null, hadJson(run)],
    )
  const insert = database.prepare('INSERT INTO measurements VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  for (const { name, warmth, unit, value, n, low, high } of verdict.measurements) {
    // SQLite would keep NaN as NULL without a word.
    assert([value, n, low ?? 0, high ?? 0].every(Number.isFinite), `${name} is no finite number`)
    insert.run(runId, name, warmth, unit, value, n, low ?? null, high ?? null)
  }
}
