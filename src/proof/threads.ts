import { once } from 'node:events'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { after, type Clock } from '../clock.ts'
import { watchThread } from '../load.ts'
import type { PortLane } from '../run/index.ts'
import type { Judged, Subject } from './subject.ts'
import type { WorkerAnswer } from './worker.ts'

export type Threads = {
  /** How many are judged at a time, beside those that wait for a service that hangs. */
  readonly jobs: number
  readonly signal: AbortSignal
  /** Each as it ends; those that run beside a busy thread come last. */
  readonly onJudged: (subject: Subject, judged: Judged) => void
  readonly clock: Clock
}

/** More than there are threads at a time on most machines: two that share a lane seldom start at once. */
const LANES_OF_PORTS = 32

/** A run that works uses its thread; where it hardly does over so long a time, it waits for a service that hangs. */
const [LOOK_MS, WAITS_BELOW] = [10_000, 0.02]

/**
 * Judges all subjects in threads of this process. Where the signal aborts, what runs is broken off and nothing more is told. A
 * subject whose judging broke is a bug of ours and is thrown.
 */
export async function judgeAll(subjects: readonly Subject[], options: Threads): Promise<void> {
  const isBusy = (subject: Subject) => subject.isBusy ?? false
  const busy = subjects.filter(isBusy)
  const quiet = subjects.filter((subject) => !isBusy(subject))
  await new Lanes(quiet, options).run()
  if (busy.length === 0 || options.signal.aborted) return
  const neighbour = startThread('busy')
  try {
    await new Lanes(busy, options).run()
  } finally {
    await neighbour.terminate()
  }
}

/** As many lanes as there are jobs, each with a thread of its own, and one more for each run that waits. */
class Lanes {
  readonly #left: Subject[]
  readonly #options: Threads
  readonly #open: Promise<void>[] = []

  constructor(subjects: readonly Subject[], options: Threads) {
    this.#left = [...subjects]
    this.#options = options
  }

  async run(): Promise<void> {
    for (let lane = 0; lane < this.#options.jobs; lane++) this.#addLane()
    // Lanes are added while others run.
    for (let index = 0; index < this.#open.length; index++) await this.#open[index]
  }

  #addLane(): void {
    if (this.#left.length > 0) this.#open.push(this.#lane())
  }

  async #lane(): Promise<void> {
    const { signal, onJudged, clock } = this.#options
    const thread = startThread('worker', { lane: this.#open.length, of: LANES_OF_PORTS })
    const stop = () => void thread.terminate()
    signal.addEventListener('abort', stop, { once: true })
    let waits = false
    try {
      // Another lane took the place of one that has waited.
      while (!waits && !signal.aborted) {
        const subject = this.#left.shift()
        if (!subject) return
        using _watch = whenIdle(thread, clock, () => {
          waits = true
          this.#addLane()
        })
        const judged = await ask(thread, subject)
        if (judged) onJudged(subject, judged)
      }
    } finally {
      signal.removeEventListener('abort', stop)
      await thread.terminate()
    }
  }
}

/** Calls `act` once, as soon as the thread has hardly worked for a while. */
function whenIdle(thread: Worker, clock: Clock, act: () => void): Disposable {
  const workedShare = watchThread(thread)
  let timer: Disposable
  const look = () => {
    if (workedShare() < WAITS_BELOW) return act()
    timer = after(clock, LOOK_MS, look)
  }
  timer = after(clock, LOOK_MS, look)
  return { [Symbol.dispose]: () => timer[Symbol.dispose]() }
}

/** Undefined where the thread was ended meanwhile. */
async function ask(thread: Worker, subject: Subject): Promise<Judged | undefined> {
  const ended = new AbortController()
  const { signal } = ended
  thread.postMessage(subject)
  const [answer] = await Promise.race([
    once(thread, 'message', { signal }) as Promise<[WorkerAnswer]>,
    once(thread, 'exit', { signal }).then(() => [undefined]),
  ]).finally(() => ended.abort())
  if (answer === undefined) return undefined
  if ('broke' in answer) throw new Error(`judging ${JSON.stringify(subject)} broke: ${answer.broke}`)
  return answer.judged
}

/** `.ts` in the source tree, `.js` in the package. */
function startThread(name: 'worker' | 'busy', workerData?: PortLane): Worker {
  return new Worker(new URL(`./${name}${extname(import.meta.url)}`, import.meta.url), {
    execArgv: [],
    workerData,
  })
}
