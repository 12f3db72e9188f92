import type { DatabaseSync } from 'node:sqlite'
import { HarnessError } from '../../errors.ts'
import { sealOldRuns } from './seal-old-runs.ts'

/** A step to the next version: statements, and what they cannot say. */
type Migration = string | ((database: DatabaseSync) => void)

/** What leads from each version of the file to the next: the first makes version 1. Append only; shipped ones stay. */
const MIGRATIONS: readonly Migration[] = [
  `CREATE TABLE runs (
     run_id TEXT PRIMARY KEY, started_at TEXT NOT NULL, command TEXT NOT NULL, verdict TEXT NOT NULL,
     exit_code INTEGER NOT NULL, partial INTEGER NOT NULL, duration_ms REAL NOT NULL, seed INTEGER NOT NULL,
     tool_version TEXT NOT NULL, target TEXT NOT NULL, target_kind TEXT NOT NULL, target_model TEXT,
     target_place TEXT NOT NULL, target_json TEXT NOT NULL, environment_json TEXT NOT NULL
   ) STRICT;
   CREATE INDEX runs_by_start ON runs (started_at);
   CREATE TABLE measurements (
     run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, name TEXT NOT NULL, temperature TEXT NOT NULL,
     unit TEXT NOT NULL, value REAL NOT NULL, n INTEGER NOT NULL, low REAL, high REAL,
     PRIMARY KEY (run_id, name, temperature)
   ) STRICT;
   CREATE INDEX measurements_by_name ON measurements (name, temperature);`,
  // Temperature is a sampling parameter; what is cold, warm or steady is called warmth. The primary key and the index follow.
  // Beside the verdict stands how far the run came.
  `ALTER TABLE measurements RENAME COLUMN temperature TO warmth;
   ALTER TABLE runs ADD COLUMN state TEXT NOT NULL DEFAULT 'complete';
   UPDATE runs SET state = 'interrupted' WHERE partial = 1;
   ALTER TABLE runs DROP COLUMN partial;`,
  // What a run's service had, under the name that the configuration gives its target: what later runs expect.
  `ALTER TABLE runs ADD COLUMN target_name TEXT;
   ALTER TABLE runs ADD COLUMN had_json TEXT;
   CREATE INDEX runs_by_target_name ON runs (target_name, started_at);`,
  // Each run is one sealed record; beside it stands only what is asked by. Series, baselines and accepted trends join.
  (database) => {
    database.exec(`
      ALTER TABLE runs ADD COLUMN dialect TEXT NOT NULL DEFAULT '';
      ALTER TABLE runs ADD COLUMN measures_starts INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE runs ADD COLUMN record TEXT NOT NULL DEFAULT '';
      ALTER TABLE runs ADD COLUMN seal TEXT NOT NULL DEFAULT '';
      CREATE TABLE series (
        series_id INTEGER PRIMARY KEY, target_name TEXT NOT NULL, scenario TEXT NOT NULL, metric TEXT NOT NULL,
        warmth TEXT NOT NULL, hardware TEXT NOT NULL, unit TEXT NOT NULL,
        UNIQUE (target_name, scenario, metric, warmth, hardware)
      ) STRICT;
      CREATE TABLE points (
        series_id INTEGER NOT NULL REFERENCES series, started_at TEXT NOT NULL,
        run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, value REAL NOT NULL, spread REAL,
        starts INTEGER NOT NULL, reference REAL, attributes TEXT NOT NULL,
        PRIMARY KEY (series_id, started_at, run_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX points_by_run ON points (run_id);
      CREATE TABLE promotions (
        nth INTEGER PRIMARY KEY, target_name TEXT NOT NULL, run_id TEXT NOT NULL, reason TEXT NOT NULL,
        promoted_by TEXT NOT NULL, promoted_at TEXT NOT NULL, replaces TEXT
      ) STRICT;
      CREATE INDEX promotions_by_target ON promotions (target_name, nth);
      CREATE TABLE acceptances (
        nth INTEGER PRIMARY KEY, target_name TEXT NOT NULL, scenario TEXT NOT NULL, metric TEXT NOT NULL,
        warmth TEXT NOT NULL, hardware TEXT NOT NULL, run_id TEXT NOT NULL, reason TEXT NOT NULL,
        accepted_by TEXT NOT NULL, accepted_at TEXT NOT NULL
      ) STRICT;`)
    sealOldRuns(database)
    for (const column of [
      'exit_code',
      'duration_ms',
      'seed',
      'tool_version',
      'target_json',
      'environment_json',
      'had_json',
    ])
      database.exec(`ALTER TABLE runs DROP COLUMN ${column}`)
    database.exec(`
      CREATE TRIGGER recorded_runs_are_sealed BEFORE UPDATE ON runs
      BEGIN SELECT RAISE(ABORT, 'a recorded run is sealed'); END`)
  },
]

/** The version that this program writes. */
export const LATEST = MIGRATIONS.length

/** Which version a file has; 0 before its first. */
export function versionOf(database: DatabaseSync): number {
  const known = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'schema_version'").get()
  if (known === undefined) return 0
  const stored = database.prepare('SELECT max(version) AS version FROM schema_version').get()
  return Number(stored?.['version'] ?? 0)
}

/** Refuses a database that is no history: nothing is added to what belongs to another program. */
export function mustBeHistory(file: string, database: DatabaseSync): void {
  const name = strangeTable(database)
  if (name === undefined) return
  const what = `is a database of another program (it has a table ${name})`
  throw new HarnessError('store-unusable', `The history ${file} ${what}: name another file.`)
}

/** Both are read of one moment: another process may make the tables of a history meanwhile. */
function strangeTable(database: DatabaseSync): string | undefined {
  database.exec('BEGIN')
  try {
    if (versionOf(database) > 0) return undefined
    const [table] = database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'schema_version'")
      .all()
    return table && String(table['name'])
  } finally {
    database.exec('COMMIT')
  }
}

/** Refuses a file that a newer infergate wrote: what its tables mean is not known here. */
export function mustKnowVersion(file: string, version: number): void {
  if (version <= LATEST) return
  const what = `was written by a newer infergate (version ${version} of its tables)`
  throw new HarnessError(
    'store-unusable',
    `The history ${file} ${what}: update infergate or name another file.`,
  )
}

/** Brings the file to a version, the latest unless said; one that is there already, or past it, stays as it is. */
export function migrate(database: DatabaseSync, to = LATEST): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    database.exec('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL) STRICT')
    for (let version = versionOf(database); version < to; version++) {
      const migration = MIGRATIONS[version] ?? ''
      if (typeof migration === 'string') database.exec(migration)
      else migration(database)
      database.prepare('INSERT INTO schema_version VALUES (?)').run(version + 1)
    }
    database.exec('COMMIT')
  } catch (error) {
    // A full disk has already rolled back by itself.
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}
