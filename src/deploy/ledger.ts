import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { makeFolder } from '../disk.ts'
import { HarnessError } from '../errors.ts'
import type { Holder } from './holder.ts'

/** The last deploy of a target: whose it is, where its journal lies, and whether it came to an end. */
export type LedgerEntry = {
  readonly target: string
  readonly deployId: string
  /** The folder of its journal. */
  readonly folder: string
  readonly holder: Holder
  readonly begunAt: string
  readonly endedAt?: string
}

const BUSY_TIMEOUT_MS = 10_000
const SCHEMA = `CREATE TABLE IF NOT EXISTS deploys (
  target TEXT PRIMARY KEY, deploy_id TEXT NOT NULL, folder TEXT NOT NULL, host TEXT NOT NULL,
  boot TEXT NOT NULL, namespace TEXT NOT NULL, pid INTEGER NOT NULL, started TEXT NOT NULL, by TEXT NOT NULL, begun_at TEXT NOT NULL, ended_at TEXT
) STRICT`

/**
 * The last deploy of each target, in a file beside the history: who takes it writes in one transaction, so that of two deploys that
 * begin at once one sees the other.
 */
export class Ledger implements Disposable {
  readonly #database: DatabaseSync
  readonly #file: string

  constructor(history: string) {
    this.#file = `${history}.deploys`
    this.#database = this.#guarded(() => {
      makeFolder(dirname(this.#file))
      const database = new DatabaseSync(this.#file, { timeout: BUSY_TIMEOUT_MS })
      database.exec(SCHEMA)
      return database
    })
  }

  last(target: string): LedgerEntry | undefined {
    return this.#guarded(() => {
      const row = this.#database.prepare('SELECT * FROM deploys WHERE target = ?').get(target)
      return row && entryOf(row)
    })
  }

  /** Makes `entry` the last deploy of its target, where `mayFollow` does not throw for the one before. */
  take(entry: LedgerEntry, mayFollow: (before: LedgerEntry | undefined) => void): void {
    this.#guarded(() => this.#database.exec('BEGIN IMMEDIATE'))
    try {
      mayFollow(this.last(entry.target))
      const { target, deployId, folder, holder, begunAt } = entry
      const { host, boot, namespace, pid, started, by } = holder
      this.#guarded(() =>
        this.#database
          .prepare('INSERT OR REPLACE INTO deploys VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)')
          .run(target, deployId, folder, host, boot, namespace, pid, started, by, begunAt),
      )
      this.#guarded(() => this.#database.exec('COMMIT'))
    } finally {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
    }
  }

  end(deployId: string, endedAt: string): void {
    this.#guarded(() =>
      this.#database.prepare('UPDATE deploys SET ended_at = ? WHERE deploy_id = ?').run(endedAt, deployId),
    )
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  #guarded<T>(act: () => T): T {
    try {
      return act()
    } catch (cause) {
      if (cause instanceof HarnessError || !(cause instanceof Error)) throw cause
      throw new HarnessError(
        'store-unusable',
        `The file ${this.#file}, which keeps two deploys of one target apart, cannot be used (${cause.message}): correct its path (\`history\`) or its permissions.`,
        { cause },
      )
    }
  }
}

function entryOf(row: Readonly<Record<string, unknown>>): LedgerEntry {
  const { target, deploy_id, folder, host, boot, namespace, pid, started, by, begun_at, ended_at } = row
  return {
    ...{ target: String(target), deployId: String(deploy_id), folder: String(folder) },
    holder: {
      ...{ host: String(host), boot: String(boot), namespace: String(namespace) },
      ...{ pid: Number(pid), started: String(started), by: String(by) },
    },
    begunAt: String(begun_at),
    ...(ended_at !== null && { endedAt: String(ended_at) }),
  }
}
