import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type Clock, systemClock } from '../clock.ts'
import { newAlarm, RUNG, SET } from './alarm.ts'
import { originOf } from './clock-origin.ts'

/** Waits for due times. Several may wait at a time, in any order. */
export interface Pacer extends Disposable {
  /** Resolves once `atMs` of the clock is there, never before; at once where it is past; early when the signal aborts. */
  until(atMs: number, signal: AbortSignal): Promise<void>
}

/**
 * Timers of Node know whole milliseconds, and fire up to one too early or too late: on the system's clock a thread sleeps to the
 * moment instead, and wakes this one. It starts with the first wait, and timers do until it is there. Any other clock sleeps as it
 * does.
 */
export const openPacer = (clock: Clock): Pacer =>
  clock === systemClock ? new PrecisePacer() : new ClockPacer(clock)

class ClockPacer implements Pacer {
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async until(atMs: number, signal: AbortSignal): Promise<void> {
    const ms = atMs - this.#clock.monotonicMs()
    if (ms > 0) await this.#clock.sleep(ms, signal).catch(() => {})
  }

  [Symbol.dispose](): void {}
}

/** What is further off is left to a timer first, which a signal can end. */
const NEAR_MS = 20

type Waiting = { readonly atMs: number; readonly resolve: () => void }

class PrecisePacer implements Pacer {
  readonly #alarm = newAlarm()
  /** From this thread's clock to the one that all threads share. */
  readonly #offsetMs = originOf(systemClock)
  /** Soonest first. */
  readonly #waiting: Waiting[] = []
  #thread: Worker | undefined
  #isReady = false

  async until(atMs: number, signal: AbortSignal): Promise<void> {
    this.#thread ??= this.#start()
    const leftMs = () => atMs - systemClock.monotonicMs()
    if (leftMs() > NEAR_MS) await sleep(leftMs() - NEAR_MS, signal)
    if (signal.aborted || leftMs() <= 0) return
    await new Promise<void>((resolve) => {
      const place = this.#waiting.findLastIndex((other) => other.atMs <= atMs) + 1
      this.#waiting.splice(place, 0, { atMs, resolve })
      if (place === 0) this.#set(atMs)
      if (this.#waiting.length === 1) void this.#listen()
    })
  }

  [Symbol.dispose](): void {
    for (const { resolve } of this.#waiting.splice(0)) resolve()
    void this.#thread?.terminate()
  }

  #start(): Worker {
    // The same extension as this file: .ts in the source tree, .js in the package.
    const url = new URL(`./alarm-thread${extname(import.meta.url)}`, import.meta.url)
    const thread = new Worker(url, { execArgv: [], workerData: this.#alarm })
    return thread.once('message', () => {
      this.#isReady = true
    })
  }

  /** As long as somebody waits. */
  async #listen(): Promise<void> {
    const { words } = this.#alarm
    while (this.#waiting.length > 0) {
      const rung = Atomics.load(words, RUNG)
      const isDue = ({ atMs }: Waiting) => systemClock.monotonicMs() >= atMs
      while (this.#waiting[0] && isDue(this.#waiting[0])) this.#waiting.shift()?.resolve()
      const [next] = this.#waiting
      if (!next) return
      this.#set(next.atMs)
      await (this.#isReady ? Atomics.waitAsync(words, RUNG, rung).value : systemClock.sleep(1))
    }
  }

  #set(atMs: number): void {
    this.#alarm.at[0] = atMs + this.#offsetMs
    Atomics.add(this.#alarm.words, SET, 1)
    Atomics.notify(this.#alarm.words, SET)
  }
}

const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  systemClock.sleep(ms, signal).catch(() => {})
