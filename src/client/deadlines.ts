import { after, type Clock } from '../clock.ts'

export type Deadline = { readonly atMs: number; readonly onPassed: () => void }

/** Many deadlines on one timer: most of them are never reached, and a timer for each would cost more than its answer. */
export class Deadlines {
  readonly #clock: Clock
  readonly #pending = new Set<Deadline>()
  #timer: Disposable | undefined
  #wakesAtMs = Number.POSITIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(deadline: Deadline): void {
    this.#pending.add(deadline)
    if (deadline.atMs < this.#wakesAtMs) this.#wakeAt(deadline.atMs)
  }

  delete(deadline: Deadline): void {
    this.#pending.delete(deadline)
  }

  close(): void {
    this.#timer?.[Symbol.dispose]()
  }

  #wakeAt(atMs: number): void {
    this.#timer?.[Symbol.dispose]()
    this.#wakesAtMs = atMs
    this.#timer = after(this.#clock, Math.max(0, atMs - this.#clock.monotonicMs()), () => this.#wake())
  }

  #wake(): void {
    this.#wakesAtMs = Number.POSITIVE_INFINITY
    const nowMs = this.#clock.monotonicMs()
    let nextMs = Number.POSITIVE_INFINITY
    for (const deadline of this.#pending)
      if (deadline.atMs <= nowMs) {
        this.#pending.delete(deadline)
        deadline.onPassed()
      } else nextMs = Math.min(nextMs, deadline.atMs)
    if (nextMs < this.#wakesAtMs) this.#wakeAt(nextMs)
  }
}
