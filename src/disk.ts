import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { HarnessError } from './errors.ts'
import { createRandom, freshSeed } from './random.ts'

/**
 * Creates a folder and those above it. Node's own `recursive` never returns where a parent exists and still answers
 * ENOENT, as /proc does (seen on Node 24.21).
 */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') {
      if (statSync(path).isDirectory()) return
      throw Object.assign(new Error(`ENOTDIR: ${path} is a file`), { code: 'ENOTDIR' })
    }
    if (code !== 'ENOENT' || existsSync(dirname(path))) throw error
    makeFolder(dirname(path))
    makeFolder(path)
  }
}

/** Readers see the old text or the new one, never half of it. */
export function writeWhole(file: string, text: string): void {
  // Two containers that share a disk may both be process 1.
  const temporary = `${file}.${createRandom(freshSeed()).marker(8)}.tmp`
  try {
    writeFileSync(temporary, text)
    renameSync(temporary, file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/**
 * What a failed write below the reports folder means, as `reports-unwritable` with the next step. Anything but a failed system
 * call is a bug of ours and is thrown as it is.
 */
export function unwritable(path: string, cause: unknown): HarnessError {
  if (cause instanceof HarnessError) return cause
  if (!(cause instanceof Error)) throw cause
  const { code = '' } = cause as NodeJS.ErrnoException
  if (code === '') throw cause
  const { [code]: next = 'choose another folder with --reports-dir' } = NEXT_STEP
  return new HarnessError(
    'reports-unwritable',
    `The reports folder ${path} cannot be written (${cause.message}): ${next}.`,
    { cause },
  )
}

const NEXT_STEP: Readonly<Record<string, string>> = {
  ENOSPC: 'free some space, or choose another disk with --reports-dir',
  EDQUOT: 'free some of your quota, or choose another disk with --reports-dir',
  EEXIST: 'a run of this id is already there, so start the run again',
  ENOTDIR: 'a part of this path is a file; remove it, or choose another folder with --reports-dir',
}
