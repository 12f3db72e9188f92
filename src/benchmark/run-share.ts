import type { MessagePort } from 'node:worker_threads'
import type { LoadClient } from '../client/index.ts'
import type { Clock } from '../clock.ts'
import { HarnessError } from '../errors.ts'
import type { Window } from '../event-loop.ts'
import type { ScheduledRequest } from '../records/index.ts'
import { drive } from './drive.ts'
import type { Driven } from './driving.ts'
import { loadSampleOf } from './load-sample.ts'
import { Stream } from './stream.ts'
import type { ClientWatch } from './validity/client-watch.ts'
import type { FromWorker, Returned, ToWorker, WorkerTask } from './worker-messages.ts'

export type ShareOptions = {
  readonly port: MessagePort
  readonly clock: Clock
  readonly openClient: (task: WorkerTask) => Promise<LoadClient>
  /** Watches this thread from now on; absent: nobody does. */
  readonly openWatch?: (runStartMs: number) => ClientWatch
  /** A time of CLOCK_MONOTONIC on `clock`. */
  readonly onClock: (monotonicMs: number) => number
}

/** Answers go back in batches: one message each would cost more than the answer. */
const BATCH_MS = 50

/** A worker's part of a load: sends what it is given from the stated start on, and gives back what came of it. */
export async function runShare(task: WorkerTask, options: ShareOptions): Promise<void> {
  const { port, clock, onClock } = options
  const say = (message: FromWorker) => port.postMessage(message)
  try {
    await using client = await options.openClient(task)
    const orders = new Orders(port)
    say({ kind: 'ready' })
    const startMs = onClock(await orders.start)
    const runStartMs = onClock(task.runStartMonotonicMs)
    using watch = options.openWatch?.(runStartMs)
    const { maxInFlight, durationMs, timeoutMs } = task
    const driving = drive({
      ...{ client, clock, requests: orders.taken(), maxInFlight, startMs, timeoutMs },
      ...{ stop: orders.stop, signal: orders.abandon },
      ...(durationMs !== undefined && { durationMs }),
    })
    let batch: Returned[] = []
    const flush = () => {
      say({ kind: 'answers', answers: batch, taken: orders.count })
      batch = []
    }
    const over = new AbortController()
    const flushing = everyBatch(clock, over.signal, flush)
    try {
      for await (const driven of driving) {
        const spoiledBy = watch && (await spoilersOf(driven, watch, runStartMs))
        batch.push({ ...returned(driven, startMs), ...(spoiledBy && { spoiledBy }) })
      }
    } finally {
      over.abort()
      await flushing
      flush()
    }
    say({ kind: 'ended', report: driving.report(), isWatched: watch !== undefined })
    if (watch) say({ kind: 'figures', client: watch.read(await orders.read) })
  } catch (error) {
    const code = error instanceof HarnessError ? { code: error.code } : {}
    say({ kind: 'broke', ...code, message: error instanceof Error ? error.message : String(error) })
  } finally {
    port.close()
  }
}

/** Until the signal aborts. */
async function everyBatch(clock: Clock, signal: AbortSignal, act: () => void): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(BATCH_MS, signal).catch(() => {})
    act()
  }
}

async function spoilersOf(
  driven: Driven,
  watch: ClientWatch,
  runStartMs: number,
): Promise<Returned['spoiledBy']> {
  const sample = loadSampleOf(driven, { scenario: 'load', boot: 0, runStartMs })
  return (await watch.marked(sample)).spoiledBy
}

function returned({ scheduled, answer, dueAtMs, heldBack }: Driven, startMs: number): Returned {
  return {
    index: scheduled.index,
    answer: { ...answer, sentAtMs: answer.sentAtMs - startMs },
    ...(dueAtMs !== undefined && { dueAtMs: dueAtMs - startMs }),
    ...(heldBack && { heldBack }),
  }
}

/** What the parent says, as it comes. */
class Orders {
  readonly start: Promise<number>
  readonly read: Promise<Window | undefined>
  readonly stop: AbortSignal
  readonly abandon: AbortSignal
  count = 0
  readonly #requests = new Stream<ScheduledRequest>()

  constructor(port: MessagePort) {
    const [stop, abandon] = [new AbortController(), new AbortController()]
    const [start, read] = [Promise.withResolvers<number>(), Promise.withResolvers<Window | undefined>()]
    this.start = start.promise
    this.read = read.promise
    this.stop = stop.signal
    this.abandon = abandon.signal
    port.on('message', (message: ToWorker) => {
      if (message.kind === 'requests') for (const one of message.requests) this.#requests.push(one)
      else if (message.kind === 'start') start.resolve(message.atMonotonicMs)
      else if (message.kind === 'read') read.resolve(message.within)
      else if (message.kind === 'stop') stop.abort()
      else if (message.kind === 'abandon') abandon.abort()
      // Whoever is told to leave must not wait for further requests.
      if (message.kind !== 'requests' && message.kind !== 'start') this.#requests.end()
    })
  }

  async *taken(): AsyncGenerator<ScheduledRequest, void> {
    for await (const request of this.#requests) {
      this.count++
      yield request
    }
  }
}
