import type { Clock } from '../clock.ts'

/** Does a little of its work; whether there is more. */
type Step = () => boolean

/** Work goes on for this long between two looks at the sockets. */
const SLICE_MS = 0.25
/** Beyond that it gets this share of the time, so that what waits does not grow under a load that the machine can carry. */
const SHARE = 0.1

/** Work that no socket waits for, done in slices between the reads: what ends answers first, then what only saves memory. */
export class DecodeQueue {
  readonly #clock: Clock
  readonly #ends: Step[] = []
  readonly #beginnings: Step[] = []
  #isScheduled = false
  #lastRunMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Resolves with what the step gives, which is undefined as long as there is more to do; rejects with what it throws. */
  end<T extends object>(step: () => T | undefined): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    this.#ends.push(() => {
      try {
        const result = step()
        if (result === undefined) return true
        resolve(result)
      } catch (error) {
        reject(error)
      }
      return false
    })
    this.#schedule()
    return promise
  }

  begin(step: Step): void {
    this.#beginnings.push(step)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(this.#run)
  }

  readonly #run = (): void => {
    const startedMs = this.#clock.monotonicMs()
    const untilMs = startedMs + SLICE_MS + SHARE * Math.min(50, startedMs - this.#lastRunMs)
    this.#lastRunMs = startedMs
    do {
      const queue = this.#ends.length > 0 ? this.#ends : this.#beginnings
      if (!queue[0]?.()) queue.shift()
    } while (this.#ends.length + this.#beginnings.length > 0 && this.#clock.monotonicMs() < untilMs)
    this.#isScheduled = false
    if (this.#ends.length + this.#beginnings.length > 0) this.#schedule()
  }
}
