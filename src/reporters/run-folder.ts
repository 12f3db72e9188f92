import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { makeFolder, unwritable } from '../disk.ts'

/** The folder of one run. */
export type RunFolder = {
  readonly path: string
  /** The absolute path of a file in the folder, for what others write (target.log). */
  file(name: string): string
  /** From now on `latest` means this run. */
  pointLatest(): void
}

/**
 * Creates `<reportsDir>/<runId>/` and proves that it can be written by writing. Call it before any load is sent.
 * Throws `reports-unwritable`.
 */
export function openRunFolder(reportsDir: string, runId: string): RunFolder {
  const root = resolve(reportsDir)
  const path = join(root, runId)
  try {
    makeFolder(root)
    // Not recursive: a second run of the same id must not write into the first one's folder.
    mkdirSync(path)
    proveWritable(path)
  } catch (cause) {
    throw unwritable(path, cause)
  }
  return {
    path,
    file: (name) => join(path, name),
    pointLatest() {
      try {
        pointLatest(root, runId)
      } catch (cause) {
        throw unwritable(path, cause)
      }
    },
  }
}

/** Makes the reports folder and writes into it, as a run would. Throws `reports-unwritable`. */
export function proveReportsWritable(reportsDir: string): void {
  const root = resolve(reportsDir)
  try {
    makeFolder(root)
    proveWritable(root)
  } catch (cause) {
    throw unwritable(root, cause)
  }
}

/** Room for the smallest useful report. Permission bits bind no root, so only a real write tells. */
function proveWritable(path: string): void {
  const probe = join(path, '.probe')
  writeFileSync(probe, Buffer.alloc(64 * 1024))
  rmSync(probe)
}

/** Codes of a file system without symbolic links, or of a `latest` that is somebody's own folder. */
const NO_LINK = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EISDIR', 'ENOTEMPTY', 'EEXIST'])

/** `latest` is a convenience: where it cannot be, the run goes on and its id is printed all the same. */
function pointLatest(root: string, runId: string): void {
  const temporary = join(root, `.latest-${runId}`)
  try {
    symlinkSync(runId, temporary, 'junction')
    renameSync(temporary, join(root, 'latest'))
  } catch (error) {
    rmSync(temporary, { force: true })
    if (!NO_LINK.has((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

/** A run's report.md as somebody who stands in `cwd` types it; the whole path where it lies elsewhere. */
export function reportFile(folder: string, cwd: string): string {
  const file = join(folder, 'report.md')
  const near = relative(cwd, file)
  return near.startsWith('..') || isAbsolute(near) ? file : near
}
