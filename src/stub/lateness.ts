const STEP_NS = 10_000
/** 0.01 ms each, up to 200 ms. */
const STEPS = 20_000

/** How late writes were, in steps of 0.01 ms: a count a step, so that 28,000 writes a second cost no memory. */
export class Lateness {
  readonly #counts = new Uint32Array(STEPS + 1)
  #n = 0
  #maxNs = 0

  add(lateNs: number): void {
    const step = Math.min(STEPS, Math.max(0, Math.floor(lateNs / STEP_NS)))
    this.#counts[step] = (this.#counts[step] as number) + 1
    this.#n++
    if (lateNs > this.#maxNs) this.#maxNs = lateNs
  }

  reset(): void {
    this.#counts.fill(0)
    this.#n = 0
    this.#maxNs = 0
  }

  /** Milliseconds, each rounded up to its step. */
  summary(): LatenessSummary {
    return { n: this.#n, p50: this.#quantileMs(0.5), p99: this.#quantileMs(0.99), max: this.#maxNs / 1e6 }
  }

  #quantileMs(q: number): number {
    let left = Math.ceil(q * this.#n)
    for (let step = 0; step < STEPS; step++) {
      left -= this.#counts[step] as number
      if (left <= 0) return Math.min(((step + 1) * STEP_NS) / 1e6, this.#maxNs / 1e6)
    }
    return this.#maxNs / 1e6
  }
}

/** Milliseconds. */
export type LatenessSummary = {
  readonly n: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}
