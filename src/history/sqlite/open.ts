import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { makeFolder } from '../../disk.ts'
import { historyOf } from '../history.ts'
import type { History } from '../types.ts'
import { migrate, mustBeHistory, mustKnowVersion, versionOf } from './schema.ts'
import { type Patience, sqliteStore } from './store.ts'
import { guarded, isBusy } from './unusable.ts'

const BUSY_TIMEOUT_MS = 10_000
const SWITCH_PAUSE_MS = 20

export type OpenOptions = Partial<Patience>

/**
 * Opens the history, making the file and its folder where they are missing, and proves that it can be written. Throws
 * `store-unusable` with the next step when it cannot be used.
 */
export async function openHistory(file: string, options: OpenOptions = {}): Promise<History> {
  const patience = { writeTimeoutMs: BUSY_TIMEOUT_MS, busyTimeoutMs: BUSY_TIMEOUT_MS, ...options }
  const database = guarded(file, () => open(file, patience.busyTimeoutMs))
  return historyOf(sqliteStore(file, database, patience))
}

function open(file: string, timeout: number): DatabaseSync {
  makeFolder(dirname(file))
  const database = new DatabaseSync(file, { timeout })
  try {
    database.exec('PRAGMA foreign_keys = ON')
    switchToWal(database, timeout)
    mustBeHistory(file, database)
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
function switchToWal(database: DatabaseSync, timeout: number): void {
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (let attempt = 1; ; attempt++) {
    try {
      database.exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      if (!isBusy(error) || attempt * SWITCH_PAUSE_MS >= timeout) throw error
      Atomics.wait(pause, 0, 0, SWITCH_PAUSE_MS)
    }
  }
}
