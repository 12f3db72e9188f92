import type { HeldBack } from '../records/index.ts'

/** Which requests of an open loop were late because no place in flight was free, and how late. */
export class Backlog {
  #requests = 0
  #firstAtMs = 0
  #mostMs = 0
  #isBehind = false

  /** A request is not due yet: the loop has caught up. */
  caughtUp(): void {
    this.#isBehind = false
  }

  /** A request that is due finds no place. Milliseconds after the start of the load. */
  foundNoPlace(atMs: number): void {
    if (this.#requests === 0 && !this.#isBehind) this.#firstAtMs = atMs
    this.#isBehind = true
  }

  /** A request is sent: late by the cap also where it found a place at once, but the one before it had to wait; whether it was so. */
  sent(lateMs: number): boolean {
    if (!this.#isBehind) return false
    this.#requests++
    this.#mostMs = Math.max(this.#mostMs, lateMs)
    return true
  }

  heldBack(): HeldBack | undefined {
    if (this.#requests === 0) return undefined
    return { requests: this.#requests, firstAtMs: this.#firstAtMs, mostMs: this.#mostMs }
  }
}
