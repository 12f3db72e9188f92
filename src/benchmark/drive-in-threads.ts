import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { HarnessError } from '../errors.ts'
import type { Window } from '../event-loop.ts'
import type { ClientFigures, ScheduledRequest, ServiceAddress, ServiceProfile } from '../records/index.ts'
import { originOf } from './clock-origin.ts'
import type { Driven, DriveOptions, DriveReport, Driving } from './driving.ts'
import { mergeReports } from './merge-reports.ts'
import { Shares, sharePlaces } from './shares.ts'
import { Stream } from './stream.ts'
import type { FromWorker, Returned, ToWorker, WorkerTask } from './worker-messages.ts'

export type ThreadsOptions = Omit<DriveOptions, 'client'> & {
  readonly workers: number
  readonly address: ServiceAddress
  readonly profile: ServiceProfile
  /** The start of the run on the clock. */
  readonly runStartMs: number
  /** The module that a thread runs; absent: the one that sends to a service. */
  readonly entry?: URL
}

/** Requests that a worker holds before their time: enough for what it sends between two looks of its parent. */
const AHEAD = 1_024
/** From the last worker that is ready to the start, so that the start reaches all of them before it is due. */
const LEAD_MS = 30

/**
 * The same as `drive`, with the sending shared among threads: one fixed schedule, of which each sends its share on its own clock and
 * connections from a common start on. Throws `worker-crashed` with its cause where one ends before its share is done; what it and the
 * others had given back until then was given on.
 */
export function driveInThreads(options: ThreadsOptions): Driving {
  const threads = new Threads(options)
  return {
    report: () => mergeReports(threads.reports),
    clients: (within) => threads.read(within),
    [Symbol.asyncIterator]: () => answersOf(threads),
  }
}

async function* answersOf(threads: Threads): AsyncGenerator<Driven, void> {
  const working = threads.run()
  working.catch(() => {})
  try {
    yield* threads.done
    await working
  } catch (error) {
    await threads.end()
    throw error
  } finally {
    // Those that are watched are asked how they fared.
    if (!threads.areWatched) await threads.end()
  }
}

type Thread = {
  readonly worker: Worker
  readonly place: number
  readonly queue: ScheduledRequest[]
  given: number
  taken: number
  hasAll: boolean
  isReady: boolean
  hasEnded: boolean
}

class Threads {
  readonly done = new Stream<Driven>()
  /** Of the threads that have ended. */
  readonly reports: DriveReport[] = []
  /** All have ended, and wait to be asked. */
  areWatched = false
  readonly #options: ThreadsOptions
  readonly #threads: readonly Thread[]
  readonly #shares: Shares
  readonly #source: AsyncIterator<ScheduledRequest> | Iterator<ScheduledRequest>
  /** What was given out and has not come back. */
  readonly #open = new Map<number, ScheduledRequest>()
  readonly #ending = Promise.withResolvers<void>()
  #isSourceSpent = false
  #isFeeding = false
  #startMs = Number.NaN

  constructor(options: ThreadsOptions) {
    const {
      workers,
      requests,
      entry = new URL(`./load-worker${extname(import.meta.url)}`, import.meta.url),
    } = options
    this.#options = options
    // A worker without a place in flight would never send its share.
    const count = Math.min(workers, options.maxInFlight)
    this.#shares = new Shares(count)
    this.#source =
      Symbol.asyncIterator in requests ? requests[Symbol.asyncIterator]() : requests[Symbol.iterator]()
    this.#threads = sharePlaces(options.maxInFlight, count).map((places, place) => ({
      worker: new Worker(entry, { execArgv: [], workerData: taskOf(options, places) }),
      ...{ place, queue: [], given: 0, taken: 0, hasAll: false, isReady: false, hasEnded: false },
    }))
  }

  async run(): Promise<void> {
    for (const thread of this.#threads) {
      thread.worker.on('message', (message: FromWorker) => this.#heard(thread, message))
      thread.worker.on('error', (error) => this.#crashed(thread, error.message))
      thread.worker.on('exit', (code) => this.#crashed(thread, `it ended with code ${code}`))
    }
    const { signal, stop } = this.#options
    onAbort(signal, () => this.#tellAll({ kind: 'abandon' }))
    onAbort(stop, () => this.#tellAll({ kind: 'stop' }))
    try {
      await this.#ending.promise
    } finally {
      this.done.end()
    }
  }

  /** How each fared, after which it is gone. */
  async read(within: Window | undefined): Promise<readonly ClientFigures[]> {
    if (!this.areWatched) return []
    const asked = this.#threads.map(async ({ worker }) => {
      const figures = Promise.withResolvers<ClientFigures>()
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'figures') figures.resolve(message.client)
      })
      worker.on('exit', () => figures.reject(new Error('a worker ended before it was asked how it fared')))
      worker.postMessage({ kind: 'read', ...(within && { within }) } satisfies ToWorker)
      return await figures.promise
    })
    const all = await Promise.all(asked)
    await this.end()
    return all
  }

  /** No thread is left. */
  async end(): Promise<void> {
    for (const thread of this.#threads) thread.hasEnded = true
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()))
  }

  #heard(thread: Thread, message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        thread.isReady = true
        if (this.#threads.every(({ isReady }) => isReady)) void this.#start()
        break
      case 'answers':
        thread.taken = message.taken
        for (const one of message.answers) this.#give(thread, one)
        void this.#feed()
        break
      case 'ended':
        thread.hasEnded = true
        this.reports.push(message.report)
        if (!this.#threads.every(({ hasEnded }) => hasEnded)) break
        this.areWatched = message.isWatched
        this.#ending.resolve()
        break
      case 'figures':
        // For whoever asked.
        break
      case 'broke':
        thread.hasEnded = true
        this.#fail(new HarnessError(message.code ?? 'worker-crashed', message.message))
    }
  }

  async #start(): Promise<void> {
    await this.#feed()
    const { clock, startMs } = this.#options
    this.#startMs = startMs ?? clock.monotonicMs() + LEAD_MS
    this.#tellAll({ kind: 'start', atMonotonicMs: originOf(clock) + this.#startMs })
  }

  #give(thread: Thread, { index, answer, dueAtMs, ...seen }: Returned): void {
    const scheduled = this.#open.get(index)
    if (!scheduled) return
    this.#open.delete(index)
    this.done.push({
      ...{ scheduled, ...seen },
      answer: { ...answer, sentAtMs: this.#startMs + answer.sentAtMs },
      ...(dueAtMs !== undefined && { dueAtMs: this.#startMs + dueAtMs }),
      worker: thread.place,
    })
  }

  /** Gives out requests until each thread has enough, in the order of the schedule. */
  async #feed(): Promise<void> {
    if (this.#isFeeding) return
    this.#isFeeding = true
    try {
      while (!this.#isSourceSpent && this.#threads.some(hasRoom)) await this.#pull()
      for (const thread of this.#threads) this.#hand(thread)
    } catch (error) {
      this.#fail(error)
    } finally {
      this.#isFeeding = false
    }
  }

  async #pull(): Promise<void> {
    const next = await this.#source.next()
    if (next.done) {
      this.#isSourceSpent = true
      return
    }
    this.#open.set(next.value.index, next.value)
    this.#threads[this.#shares.workerOf(next.value)]?.queue.push(next.value)
  }

  #hand(thread: Thread): void {
    const { queue, worker, given, taken } = thread
    const requests = queue.splice(0, Math.max(0, AHEAD - (given - taken)))
    thread.given += requests.length
    if (requests.length > 0) worker.postMessage({ kind: 'requests', requests } satisfies ToWorker)
    if (!this.#isSourceSpent || queue.length > 0 || thread.hasAll) return
    thread.hasAll = true
    worker.postMessage({ kind: 'all' } satisfies ToWorker)
  }

  #tellAll(message: ToWorker): void {
    for (const { worker } of this.#threads) worker.postMessage(message)
  }

  #crashed(thread: Thread, cause: string): void {
    if (thread.hasEnded) return
    thread.hasEnded = true
    this.#fail(
      new HarnessError(
        'worker-crashed',
        `Worker ${thread.place + 1} of ${this.#threads.length} of the load crashed: ${cause}. What was measured until then is kept; run again with fewer requests in flight or without --workers.`,
      ),
    )
  }

  #fail(error: unknown): void {
    this.#ending.reject(error)
  }
}

const hasRoom = ({ queue, given, taken }: Thread): boolean => queue.length + given - taken < AHEAD

function onAbort(signal: AbortSignal | undefined, act: () => void): void {
  if (signal?.aborted) act()
  else signal?.addEventListener('abort', act, { once: true })
}

function taskOf(options: ThreadsOptions, maxInFlight: number): WorkerTask {
  const { address, profile, clock, durationMs, timeoutMs, runStartMs } = options
  const { knownSecrets = [], ...plain } = address
  return {
    ...{ address: plain, profile, maxInFlight, timeoutMs },
    runStartMonotonicMs: originOf(clock) + runStartMs,
    secrets: knownSecrets.map((secret) => ({ value: secret.reveal(), label: String(secret) })),
    ...(durationMs !== undefined && { durationMs }),
  }
}
