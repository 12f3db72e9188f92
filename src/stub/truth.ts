/** What the stub did for one request. Nanoseconds of CLOCK_MONOTONIC. */
export type AnswerTruth = {
  readonly id: string
  readonly prompt_tokens: number
  readonly completion_tokens: number
  /** The last byte of the request was read. */
  readonly received_ns: number
  /** A place was free; equal to `received_ns` where there is no limit. */
  started_ns: number
  /** Of every content event, right before its write. */
  readonly emitted_ns: number[]
  /** Tokens of every content event. */
  readonly tokens: number[]
  /** `left`: the client closed the connection before the end. */
  end: 'open' | 'complete' | 'left'
}

/** The last answers of a stub, the oldest first. */
export class Truth {
  readonly #most: number
  #answers: AnswerTruth[] = []

  constructor(most: number) {
    this.#most = most
  }

  add(answer: AnswerTruth): void {
    this.#answers.push(answer)
    // Cut seldom: a shift of a long array for each answer costs time.
    if (this.#answers.length >= 2 * this.#most) this.#answers = this.answers() as AnswerTruth[]
  }

  answers(): readonly AnswerTruth[] {
    return this.#most === 0 ? [] : this.#answers.slice(-this.#most)
  }

  reset(): void {
    this.#answers = []
  }
}
