import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { unwritable } from '../disk.ts'
import { DEPLOY_JOURNAL_FILE } from '../run/index.ts'
import type { DeployEvent } from './events.ts'

/** Where the events of a deploy are kept. */
export interface DeployJournal extends Disposable {
  /** Returns once the event is on disk. Throws `reports-unwritable`. */
  append(event: DeployEvent): void
}

/** Opens the journal in a deploy's folder; `redact` takes out what no file may hold. */
export function openDeployJournal(folder: string, redact: (text: string) => string): DeployJournal {
  const file = join(folder, DEPLOY_JOURNAL_FILE)
  const guarded = <T>(act: () => T): T => {
    try {
      return act()
    } catch (cause) {
      throw unwritable(folder, cause)
    }
  }
  const descriptor = guarded(() => openSync(file, 'a'))
  return {
    append: (event) =>
      guarded(() => {
        writeSync(descriptor, `${redact(JSON.stringify(event))}\n`)
        fsyncSync(descriptor)
      }),
    [Symbol.dispose]: () => closeSync(descriptor),
  }
}

/** The events of a deploy's folder, up to the last whole line; undefined where its journal is gone. */
export function readDeployJournal(folder: string): readonly DeployEvent[] | undefined {
  const file = join(folder, DEPLOY_JOURNAL_FILE)
  if (!existsSync(file)) return undefined
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as DeployEvent]
      } catch {
        // The end of a journal whose writer was killed, or the empty text behind the last line.
        return []
      }
    })
}
