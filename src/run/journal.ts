import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { unwritable } from '../disk.ts'
import type { RunEvent } from '../records/index.ts'

export const JOURNAL_FILE = 'journal.jsonl'
/** That of a deploy, which keeps its own folder beside those of its runs. */
export const DEPLOY_JOURNAL_FILE = 'deploy.jsonl'
/** Samples have a file of their own: there may be very many, and other tools read them. */
export const SAMPLES_FILE = 'samples.jsonl'

/** Where the events of a run are kept, in the order in which they happen. */
export interface Journal {
  /** Returns once the event is written: a killed process has not lost it. Throws `reports-unwritable`. */
  append(event: RunEvent): void
  /** At the end of a step: what was appended survives the loss of the machine too. Throws `reports-unwritable`. */
  sync(): void
}

/** Opens the journal in a run's folder. Throws `reports-unwritable`. */
export function openJournal(folder: string): Journal & Disposable {
  const guarded = <T>(act: () => T): T => {
    try {
      return act()
    } catch (cause) {
      throw unwritable(folder, cause)
    }
  }
  const [events, samples] = guarded(
    () => [open(join(folder, JOURNAL_FILE)), open(join(folder, SAMPLES_FILE))] as const,
  )
  return {
    append: (event) =>
      guarded(() => {
        if (event.kind === 'sampled') appendLine(samples, event.sample)
        else appendLine(events, event)
      }),
    sync: () =>
      guarded(() => {
        fsyncSync(samples)
        fsyncSync(events)
      }),
    [Symbol.dispose]() {
      closeSync(events)
      closeSync(samples)
    },
  }
}

const open = (file: string): number => openSync(file, 'a')

/** One line, whole or not at all: after a short write (a full disk) the next line would end up inside a torn one. */
function appendLine(descriptor: number, value: object): void {
  const bytes = Buffer.from(`${JSON.stringify(value)}\n`)
  const { size } = fstatSync(descriptor)
  if (writeSync(descriptor, bytes) === bytes.length) return
  ftruncateSync(descriptor, size)
  throw Object.assign(new Error('ENOSPC: no space left on device, only a part of a line was written'), {
    code: 'ENOSPC',
  })
}
