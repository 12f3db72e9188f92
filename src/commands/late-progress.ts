import { type Clock, systemClock } from '../clock.ts'
import { createProgress, type ProgressMode } from '../reporters/index.ts'
import type { Io } from './io.ts'

/** A command that is done sooner says nothing of its progress. */
const SILENT_MS = 1_000

/** Progress of work that is quick for most: it begins to tell once the work has taken a second. */
export interface LateProgress extends Disposable {
  /** `done` of `total` steps are done. Lets the terminal be written, and throws where the user asked to stop. */
  step(done: number, total: number): Promise<void>
}

export function lateProgress(
  name: string,
  io: Io,
  mode?: ProgressMode,
  clock: Clock = systemClock,
): LateProgress {
  const progress = createProgress(io, { ...(mode && { mode }), clock })
  const startedMs = clock.monotonicMs()
  let told = -1
  return {
    async step(done, total) {
      const isLate = clock.monotonicMs() - startedMs >= SILENT_MS
      if (isLate && told < 0) progress.phase(name, total)
      for (; isLate && told < done; told++) if (told >= 0) progress.step()
      await new Promise((resolve) => setImmediate(resolve))
      io.signal.throwIfAborted()
    },
    [Symbol.dispose]() {
      progress.end()
      progress[Symbol.dispose]()
    },
  }
}
