import { Refusal } from './refusal.ts'

/** The batch: at most `size` at once, the rest wait in order of arrival, beyond `queue` they are refused. */
export class Slots {
  #size: number
  readonly #queue: number
  #running = 0
  #waiting: (() => void)[] = []

  constructor(size: number, queue: number) {
    this.#size = size
    this.#queue = queue
  }

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** Nobody gets a slot any more: the scheduler stands still while the server looks alive. */
  freeze(): void {
    this.#size = 0
  }

  /** Whether `count` more requests find room, running or waiting. */
  hasRoomFor(count: number): boolean {
    return this.#running + this.#waiting.length + count <= this.#size + this.#queue
  }

  /** Resolves with the release when a slot is free; rejects when the signal aborts first. */
  async take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    if (!this.hasRoomFor(1))
      throw new Refusal(503, 'busy', 'The server is overloaded: the request queue is full, try again later.')
    if (this.#running >= this.#size) await this.#wait(signal)
    else this.#running += 1
    let released = false
    return () => {
      if (released) return
      released = true
      // The slot passes straight to the next in line, so that nobody overtakes.
      const next = this.#size === 0 ? undefined : this.#waiting.shift()
      if (next) next()
      else this.#running -= 1
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting = this.#waiting.filter((other) => other !== enter)
        reject(signal.reason)
      }
      const enter = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      this.#waiting.push(enter)
      signal.addEventListener('abort', leave, { once: true })
    })
  }
}
