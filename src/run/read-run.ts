import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import type { Run } from '../records/index.ts'
import { fold } from './fold.ts'
import { JOURNAL_FILE } from './journal.ts'
import { readJournal, unreadable } from './read-journal.ts'
import { readVersion1, VERSION_1_FILE } from './version-1.ts'

export type SavedRun = {
  readonly path: string
  readonly run: Run
  /** Files whose last line is torn and was left out: the run was killed while it wrote. */
  readonly torn: readonly string[]
}

/** The folder that `report RUN` means: a path, the id of a run, or `latest`. Throws `run-unreadable`. */
export function findRunFolder(run: string, reportsDir: string, cwd: string): string {
  const places = isAbsolute(run) ? [run] : [resolve(cwd, reportsDir, run), resolve(cwd, run)]
  const found = places.find((place) => existsSync(place))
  if (found === undefined)
    throw unreadable(
      `There is no run ${run} (looked at ${places.join(' and ')}): run \`infergate gate\` first, or name a folder that holds a ${JOURNAL_FILE}.`,
    )
  const real = realpathSync(found)
  return [JOURNAL_FILE, VERSION_1_FILE].includes(basename(real)) ? dirname(real) : real
}

/** Reads a run back, up to the last whole line of its journal. Throws `run-unreadable`. */
export function readRun(path: string): SavedRun {
  const isVersion1 = !existsSync(join(path, JOURNAL_FILE)) && existsSync(join(path, VERSION_1_FILE))
  const { events, torn } = isVersion1 ? readVersion1(path) : readJournal(path)
  return { path, run: fold(events), torn }
}
