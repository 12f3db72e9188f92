import type { Clock } from '../clock.ts'

/** Two beats of a timer further apart than this, and this process did not run in between. */
const [BEAT_MS, LATE_MS] = [50, 25]
/** An answer has its deadline long before. */
const KEPT_MS = 120_000

type Gap = { readonly fromMs: number; readonly toMs: number }

/** When this process could not run: stopped, or without a core. What it measured then is not the service's. */
export class OwnLateness implements Disposable {
  readonly #clock: Clock
  readonly #stop = new AbortController()
  #gaps: readonly Gap[] = []
  #beatMs: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#beatMs = clock.monotonicMs()
    void this.#beatOften()
  }

  /** How long it could not run between two moments of the clock. */
  lateMs(fromMs: number, toMs: number): number {
    this.beat()
    return this.#gaps.reduce(
      (sum, gap) => sum + Math.max(0, Math.min(toMs, gap.toMs) - Math.max(fromMs, gap.fromMs)),
      0,
    )
  }

  /** Runs now. */
  beat(): void {
    const nowMs = this.#clock.monotonicMs()
    const dueMs = this.#beatMs + BEAT_MS
    if (nowMs > dueMs + LATE_MS)
      this.#gaps = [
        ...this.#gaps.filter(({ toMs }) => toMs > nowMs - KEPT_MS),
        { fromMs: dueMs, toMs: nowMs },
      ]
    this.#beatMs = nowMs
  }

  [Symbol.dispose](): void {
    this.#stop.abort()
  }

  async #beatOften(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      await this.#clock.sleep(BEAT_MS, signal).catch(() => {})
      if (!signal.aborted) this.beat()
    }
  }
}
