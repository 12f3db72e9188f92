/** The places of a service that answers so many at a time; whoever finds none waits, the first one first. */
export class Places {
  readonly #most: number
  readonly #waiting = new Set<() => void>()
  #running = 0

  constructor(most: number) {
    this.#most = most
  }

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#waiting.size
  }

  /** Calls `start` once there is a place, at once where there is one. */
  take(start: () => void): void {
    if (this.#running >= this.#most) this.#waiting.add(start)
    else {
      this.#running++
      start()
    }
  }

  /** Gives the place back, or the wait up. */
  leave(start: () => void): void {
    if (this.#waiting.delete(start)) return
    this.#running--
    const [next] = this.#waiting
    if (next === undefined) return
    this.#waiting.delete(next)
    this.#running++
    next()
  }
}
