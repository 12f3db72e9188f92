import { existsSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { readerOf } from '../history.ts'
import type { HistoryReader } from '../types.ts'
import { LATEST, migrate, mustBeHistory, mustKnowVersion, versionOf } from './schema.ts'
import { sqliteStore } from './store.ts'
import { guarded } from './unusable.ts'

/** A reader waits only where another process switches or recovers the file, which takes milliseconds. */
const READ_TIMEOUT_MS = 1_000

/**
 * Opens a history to look at it: nothing in it is changed, no writer is waited for, and neither the file nor its folder has
 * to be writable. Throws `store-unusable` with the next step when it cannot be read.
 */
export async function readHistory(file: string): Promise<HistoryReader> {
  const database = guarded(file, () => upToDate(file, openToRead(file)))
  const patience = { writeTimeoutMs: READ_TIMEOUT_MS, busyTimeoutMs: READ_TIMEOUT_MS }
  return readerOf(sqliteStore(file, database, patience))
}

/**
 * SQLite reads a WAL file only beside an index that it may have to make, which a folder that cannot be written does not allow.
 * Where nothing waits in a WAL the file alone is the whole history (sqlite.org/wal.html, "Read-Only Databases").
 */
function openToRead(file: string): DatabaseSync {
  try {
    return opened(pathToFileURL(file))
  } catch (error) {
    const wal = `${file}-wal`
    if (existsSync(wal) && statSync(wal).size > 0) throw error
    const alone = pathToFileURL(file)
    alone.searchParams.set('immutable', '1')
    return opened(alone)
  }
}

function opened(url: URL): DatabaseSync {
  const database = new DatabaseSync(url, { readOnly: true, timeout: READ_TIMEOUT_MS })
  try {
    // Opening touches nothing; the first look does.
    versionOf(database)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** A file of an older version cannot be brought up to date by a reader, so a copy of it in memory is. */
function upToDate(file: string, database: DatabaseSync): DatabaseSync {
  try {
    const version = versionOf(database)
    mustBeHistory(file, database)
    mustKnowVersion(file, version)
    if (version === LATEST) return database
    const copy = new DatabaseSync(':memory:')
    migrate(copy, version)
    copyRows(database, copy)
    migrate(copy)
    database.close()
    return copy
  } catch (error) {
    database.close()
    throw error
  }
}

function copyRows(from: DatabaseSync, to: DatabaseSync): void {
  const tables = to.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
  // One transaction: what a writer adds meanwhile is either in all tables or in none.
  from.exec('BEGIN')
  for (const { name } of tables.filter(({ name }) => name !== 'schema_version'))
    for (const row of from.prepare(`SELECT * FROM ${name}`).all()) {
      const values = Object.values(row)
      to.prepare(`INSERT INTO ${name} VALUES (${values.map(() => '?').join()})`).run(...values)
    }
  from.exec('COMMIT')
}
