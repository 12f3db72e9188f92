/** So long without a refusal, and it is tried whether one more is let in. */
const QUIET_MS = 5_000

/** How many requests may be in flight: the given number, and what refusals teach. */
export class Concurrency {
  readonly #given: number
  #learnt = Number.POSITIVE_INFINITY
  #lastChangeMs = 0

  constructor(given: number | undefined) {
    this.#given = given ?? Number.POSITIVE_INFINITY
  }

  /** The number that is held to because of refusals; undefined where there were none. */
  get learnt(): number | undefined {
    return Number.isFinite(this.#learnt) ? this.#learnt : undefined
  }

  places(nowMs: number, { onlyGiven }: { readonly onlyGiven: boolean }): number {
    if (nowMs - this.#lastChangeMs > QUIET_MS) {
      this.#learnt += 1
      this.#lastChangeMs = nowMs
    }
    return onlyGiven ? this.#given : Math.min(this.#given, this.#learnt)
  }

  /** Of a crowd that is partly refused, those that stay are what the service has room for. */
  refused(nowMs: number, stillInFlight: number, least: number): void {
    this.#learnt = Math.max(least, Math.min(this.#learnt, stillInFlight))
    this.#lastChangeMs = nowMs
  }
}
