import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type Clock, systemClock } from '../../clock.ts'
import type { Row, Sql, Store } from '../sql.ts'
import { guarded, isBusy } from './unusable.ts'

/** Between two looks whether another writer is done, the last one again and again. */
const PAUSES_MS = [1, 2, 5, 10, 20]

export type Patience = {
  /** How long a writer waits for another one: each holds the lock for one small transaction. */
  readonly writeTimeoutMs: number
  /** How long anything else waits, with its thread: where another process switches or recovers the file, for milliseconds. */
  readonly busyTimeoutMs: number
  readonly clock?: Clock
}

/** An open SQLite file as a store: what reaches it at the same time waits in line, since all of it shares one connection. */
export function sqliteStore(file: string, database: DatabaseSync, patience: Patience): Store {
  const sql = sqlOf(file, database)
  let last: Promise<unknown> = Promise.resolve()
  const inLine = <T>(act: () => Promise<T>): Promise<T> => {
    const next = last.then(act)
    last = next.catch(() => {})
    return next
  }
  const toItsEnd = async <T>(act: (sql: Sql) => Promise<T>): Promise<T> => {
    try {
      const result = await act(sql)
      guarded(file, () => database.exec('COMMIT'))
      return result
    } catch (error) {
      // A full disk has already rolled back by itself.
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
  }
  return {
    place: file,
    read: (act) =>
      inLine(() => {
        guarded(file, () => database.exec('BEGIN'))
        return toItsEnd(act)
      }),
    write: (act) =>
      inLine(async () => {
        await beginToWrite(file, database, patience)
        return toItsEnd(act)
      }),
    close: () =>
      inLine(async () => {
        if (database.isOpen) database.close()
      }),
  }
}

/**
 * IMMEDIATE takes the write lock at once, so that two writers queue here instead of failing midway. SQLite's own way to wait would
 * hold up this whole thread, in which the other writer may be.
 */
async function beginToWrite(file: string, database: DatabaseSync, patience: Patience): Promise<void> {
  const { writeTimeoutMs, busyTimeoutMs, clock = systemClock } = patience
  const untilMs = clock.monotonicMs() + writeTimeoutMs
  for (let attempt = 0; ; attempt++) {
    database.exec('PRAGMA busy_timeout = 0')
    try {
      database.exec('BEGIN IMMEDIATE')
      return
    } catch (error) {
      if (!isBusy(error) || clock.monotonicMs() >= untilMs)
        guarded(file, () => {
          throw error
        })
    } finally {
      database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`)
    }
    await clock.sleep(PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)] as number)
  }
}

function sqlOf(file: string, database: DatabaseSync): Sql {
  const prepared = new Map<string, StatementSync>()
  const statement = (text: string): StatementSync => {
    const known = prepared.get(text)
    if (known) return known
    const fresh = database.prepare(text)
    prepared.set(text, fresh)
    return fresh
  }
  return {
    all: async (text, ...values) => guarded(file, () => statement(text).all(...values) as readonly Row[]),
    run: async (text, ...values) => guarded(file, () => void statement(text).run(...values)),
  }
}
