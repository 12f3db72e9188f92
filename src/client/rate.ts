/** What was let in during this time before a refusal is the rate that the service bears. */
const WINDOW_MS = 5_000
/** Until a second has been counted: a second refusal so soon speaks of the same burst. */
const LEAST_SPAN_MS = 1_000
const FIRST_INTERVAL_MS = 100
/** A little slower than what was let in, or the next refusal comes at once. */
const MARGIN = 1.15
/** So long without a refusal, and it is tried whether more is let in. */
const QUIET_MS = 5_000
const FASTER = 0.8

/** How often requests may be sent: the given rate, and what refusals teach. */
export class Rate {
  readonly #givenMs: number
  #learntMs = 0
  #firstRefusalMs: number | undefined
  #lastChangeMs = 0
  #lastSentMs = Number.NEGATIVE_INFINITY
  #letInAtMs: number[] = []

  constructor(requestsPerMinute: number | undefined) {
    this.#givenMs = requestsPerMinute === undefined ? 0 : 60_000 / requestsPerMinute
  }

  /** Requests per second that are held to because of refusals; undefined where there were none. */
  get perSecond(): number | undefined {
    return this.#learntMs === 0 ? undefined : 1_000 / this.#learntMs
  }

  /** How long the next request has to wait; below 0: it need not. */
  waitMs(nowMs: number, { onlyGiven }: { readonly onlyGiven: boolean }): number {
    if (this.#learntMs > 0 && nowMs - this.#lastChangeMs > QUIET_MS) {
      this.#learntMs *= FASTER
      this.#lastChangeMs = nowMs
    }
    const intervalMs = onlyGiven ? this.#givenMs : Math.max(this.#givenMs, this.#learntMs)
    return this.#lastSentMs + intervalMs - nowMs
  }

  sent(nowMs: number): void {
    this.#lastSentMs = nowMs
  }

  letIn(nowMs: number): void {
    this.#letInAtMs = [...this.#letInAtMs.filter((atMs) => nowMs - atMs <= WINDOW_MS), nowMs]
  }

  refused(nowMs: number): void {
    this.#firstRefusalMs ??= nowMs
    this.#lastChangeMs = nowMs
    const spanMs = Math.min(WINDOW_MS, nowMs - this.#firstRefusalMs)
    const counted = this.#letInAtMs.filter((atMs) => nowMs - atMs <= spanMs).length
    this.#learntMs =
      spanMs < LEAST_SPAN_MS
        ? Math.max(this.#learntMs, FIRST_INTERVAL_MS)
        : (MARGIN * spanMs) / Math.max(1, counted)
  }

  /** What was learnt came of refusals that are no matter of load. */
  forget(): void {
    this.#learntMs = 0
    this.#firstRefusalMs = undefined
  }
}
