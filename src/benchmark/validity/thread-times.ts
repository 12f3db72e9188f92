import { closeSync, openSync, readSync } from 'node:fs'
import type { Beat } from './heartbeat.ts'

/** How long this thread has run and has waited for a core, read a hundred times a second from one open file. */
export class ThreadTimes implements Disposable {
  readonly #file = opened('/proc/thread-self/schedstat')
  readonly #bytes = Buffer.alloc(64)

  /** Absent where the kernel does not say. */
  read(): Beat['thread'] {
    if (this.#file === undefined) return undefined
    return parseSchedstat(this.#bytes.toString('latin1', 0, readSync(this.#file, this.#bytes, 0, 64, 0)))
  }

  [Symbol.dispose](): void {
    if (this.#file !== undefined) closeSync(this.#file)
  }
}

/** Nanoseconds on a core, nanoseconds on its queue, time slices (Documentation/scheduler/sched-stats.rst). */
export function parseSchedstat(text: string): Beat['thread'] {
  const [, ran, waited] = /^(\d+) (\d+) \d+\n$/.exec(text) ?? []
  return ran === undefined ? undefined : { ranMs: Number(ran) / 1e6, waitedMs: Number(waited) / 1e6 }
}

function opened(file: string): number | undefined {
  try {
    return openSync(file, 'r')
  } catch {
    return undefined
  }
}
