import { rmSync } from 'node:fs'
import { after, type Clock, systemClock } from '../clock.ts'
import { writeWhole } from '../disk.ts'
import { spellOwner, thisOwner } from '../owner.ts'
import type { Check, Live } from '../records/index.ts'
import { oneLine } from './safe-text.ts'

/** In the folder of a run while it goes on: what `infergate view` shows of it beside its journal. */
export const LIVE_FILE = 'live.json'

/** A run writes at least this often while it goes on, whether or not anything happens. */
export const SIGN_OF_LIFE_MS = 5_000
/** What happens in less time than this is written together. */
const TOGETHER_MS = 250
const WARNINGS = 20

/** What of a run's progress is kept; whatever else it has is handed on. */
export type Watched = {
  phase(name: string, total?: number): void
  began?(checkId: string): void
  step(check?: Check): void
  status(text: string): void
  warn(text: string): void
}

/**
 * Progress that is kept in a file as well, until it is disposed. A file that cannot be written is no matter of the run's: whoever
 * watches sees less.
 */
export function keepLive<T extends Watched>(
  progress: T,
  file: string,
  clock: Clock = systemClock,
): Disposable & { readonly progress: T } {
  const now = () => clock.now().toISOString()
  let live: Live = {
    ...{ owner: spellOwner(thisOwner()), phase: 'starting', done: 0, phaseStartedAt: now() },
    ...{ inFlight: [], warnings: [] },
  }
  let timer: Disposable | undefined
  let isWaiting = false

  const write = (): void => {
    isWaiting = false
    try {
      writeWhole(file, JSON.stringify(live))
    } catch {
      // A full disk is said by the journal, which cannot be written either.
    }
    timer = after(clock, SIGN_OF_LIFE_MS, write)
  }
  const change = (part: Partial<Live>): void => {
    live = { ...live, ...part }
    if (isWaiting) return
    isWaiting = true
    timer?.[Symbol.dispose]()
    timer = after(clock, TOGETHER_MS, write)
  }
  write()
  return {
    progress: {
      ...progress,
      phase(name, total) {
        const { status: _, total: __, ...rest } = live
        live = rest
        change({
          phase: name,
          done: 0,
          phaseStartedAt: now(),
          inFlight: [],
          ...(total !== undefined && { total }),
        })
        progress.phase(name, total)
      },
      began(id) {
        change({ inFlight: [...live.inFlight, id] })
        progress.began?.(id)
      },
      step(check) {
        change({ done: live.done + 1, inFlight: live.inFlight.filter((id) => id !== check?.id) })
        progress.step(check)
      },
      status(text) {
        change({ status: oneLine(text) })
        progress.status(text)
      },
      warn(text) {
        change({ warnings: [...live.warnings, oneLine(text)].slice(-WARNINGS) })
        progress.warn(text)
      },
    },
    [Symbol.dispose]() {
      timer?.[Symbol.dispose]()
      try {
        rmSync(file, { force: true })
      } catch {
        // It stays, and is old soon.
      }
    },
  }
}
