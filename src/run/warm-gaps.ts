import type { Sample, ScaleToZero } from '../records/index.ts'

/** From this share of the window on a pause is worth a word: the next one may be longer. */
const NEAR = 0.8

/** Notices pauses in which a service that scales to zero may have fallen asleep: an answer after one is not known to be warm. */
export class WarmGaps {
  readonly #windowMs: number
  readonly #say: (text: string) => void
  #endedAtMs: number | undefined
  #isTold = false

  constructor(sleep: Pick<ScaleToZero, 'windowMs'> | undefined, say: (text: string) => void) {
    this.#windowMs = sleep?.windowMs ?? Number.POSITIVE_INFINITY
    this.#say = say
  }

  /** The sample as it counts: after a pause as long as the window like one of the warm-up, which is timed for nobody. */
  seen(sample: Sample): Sample {
    const gapMs = sample.sentAtMs - (this.#endedAtMs ?? sample.sentAtMs)
    this.#endedAtMs = sample.sentAtMs + sample.e2eMs
    if (gapMs < NEAR * this.#windowMs) return sample
    const isOver = gapMs >= this.#windowMs
    const [gap, window] = [gapMs, this.#windowMs].map((ms) => `${Number((ms / 1_000).toFixed(1))} s`)
    if (!this.#isTold || isOver)
      this.#say(
        isOver
          ? `${gap} passed between two warm requests, as long as the scale-down window of ${window}: the answer after them does not count as warm`
          : `${gap} passed between two warm requests, near the scale-down window of ${window}: a longer pause lets the service fall asleep`,
      )
    this.#isTold = true
    return isOver ? { ...sample, warmUp: true, idleMs: gapMs } : sample
  }
}
