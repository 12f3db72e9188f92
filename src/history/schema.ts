import type { DatabaseSync } from 'node:sqlite'

/** What leads from each version of the file to the next: the first makes version 1. Append only; shipped ones stay. */
const MIGRATIONS: readonly string[] = [
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

/** Brings the file to a version, the latest unless said; one that is there already, or past it, stays as it is. */
export function migrate(database: DatabaseSync, to = LATEST): void {
  inTransaction(database, () => {
    database.exec('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL) STRICT')
    for (let version = versionOf(database); version < to; version++) {
      database.exec(MIGRATIONS[version] ?? '')
      database.prepare('INSERT INTO schema_version VALUES (?)').run(version + 1)
    }
  })
}

/** IMMEDIATE takes the write lock at once, so that two writers queue at the busy timeout instead of failing midway. */
export function inTransaction<T>(database: DatabaseSync, act: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = act()
    database.exec('COMMIT')
    return result
  } catch (error) {
    // A full disk has already rolled back by itself.
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}
