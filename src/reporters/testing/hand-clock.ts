import type { Clock } from '../../clock.ts'

type Sleeper = { readonly untilMs: number; wake(): void }

/** A clock that is moved by hand: whoever sleeps is woken in order. */
export class HandClock implements Clock {
  #ms = 0
  #sleepers: Sleeper[] = []

  monotonicMs(): number {
    return this.#ms
  }

  now(): Date {
    return new Date(this.#ms)
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { untilMs: this.#ms + ms, wake: resolve }
      this.#sleepers.push(sleeper)
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper)
        reject(signal.reason)
      })
    })
  }

  async move(ms: number): Promise<void> {
    const toMs = this.#ms + ms
    for (;;) {
      const [next] = this.#sleepers.toSorted((a, b) => a.untilMs - b.untilMs)
      if (!next || next.untilMs > toMs) break
      this.#ms = next.untilMs
      this.#sleepers = this.#sleepers.filter((one) => one !== next)
      next.wake()
      await new Promise((resolve) => setImmediate(resolve))
    }
    this.#ms = toMs
  }
}
