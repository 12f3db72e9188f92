import assert from 'node:assert/strict'
import { HarnessError } from '../../errors.ts'

/** What SQLite or the file system said, as an error that ends with the next step. Codes: sqlite.org/rescode.html. */
function storeUnusable(file: string, cause: unknown): HarnessError {
  const [what, next] = causeOf(cause)
  return new HarnessError('store-unusable', `The history ${file} ${what}: ${next}.`, { cause })
}

/** Runs `act`; what SQLite and the file system throw becomes `store-unusable`, a bug of ours stays one. */
export function guarded<T>(file: string, act: () => T): T {
  try {
    return act()
  } catch (cause) {
    if (cause instanceof HarnessError || cause instanceof assert.AssertionError) throw cause
    throw storeUnusable(file, cause)
  }
}

/** Another process holds the lock (SQLITE_BUSY and its kin). */
export const isBusy = (error: unknown): boolean =>
  ((error as { errcode?: number }).errcode ?? 0) % 256 === SQLITE_BUSY

const SQLITE_BUSY = 5

function causeOf(cause: unknown): readonly [what: string, next: string] {
  const { errcode, code, message } = cause as { errcode?: number; code?: string; message?: string }
  const primary = errcode === undefined ? undefined : errcode & 0xff
  const known = BY_CODE[primary ?? code ?? '']
  return known ?? [`cannot be used (${message})`, 'check its path and permissions, or name another file']
}

const NOT_WRITABLE = ['cannot be written', 'make it and its folder writable, or name another file'] as const
const NO_FILE = ['cannot be opened', 'name a file (not a folder) in a folder that can be written'] as const

const BY_CODE: Readonly<Record<string, readonly [what: string, next: string]>> = {
  5: ['was locked by another process for too long', 'wait for the other run to end, then run again'],
  8: NOT_WRITABLE,
  10: ['could not be read or written (disk error)', 'check the disk, or name another file'],
  11: ['is damaged', 'move it away and run again, or restore it from a copy'],
  13: ['could not grow: the disk is full', 'free some space and run again'],
  14: NO_FILE,
  26: ['is not a database', 'name another file, or move this one away'],
  EACCES: NOT_WRITABLE,
  EPERM: NOT_WRITABLE,
  EROFS: NOT_WRITABLE,
  ENOTDIR: NO_FILE,
  EEXIST: NO_FILE,
}
