import { monotonicNs } from '../clock.ts'

/**
 * The stub's own time, in ns: CLOCK_MONOTONIC until the stall, then it stands still for `stallMs`, then it is so much behind. What
 * is planned in it needs no second plan for a stall.
 */
export class ServiceTime {
  readonly #atNs: number
  readonly #forNs: number
  #fromNs = Number.POSITIVE_INFINITY

  constructor(stallAtMs = 0, stallMs = 0) {
    this.#atNs = stallAtMs * 1e6
    this.#forNs = stallMs * 1e6
  }

  /** The stall is counted from the first request after the start or the reset. */
  begin(wallNs: number): void {
    if (this.#fromNs === Infinity) this.#fromNs = wallNs + this.#atNs
  }

  reset(): void {
    this.#fromNs = Number.POSITIVE_INFINITY
  }

  at(wallNs: number): number {
    return wallNs < this.#fromNs ? wallNs : Math.max(this.#fromNs, wallNs - this.#forNs)
  }

  /** When something that is due at a point of the service's time is due on CLOCK_MONOTONIC. */
  wallOf(dueNs: number): number {
    return dueNs <= this.#fromNs ? dueNs : dueNs + this.#forNs
  }

  nowNs(): number {
    return this.at(monotonicNs())
  }
}
