import type { LoadEnd } from '../records/index.ts'
import type { Driven } from './driving.ts'

export type LoadLimits = {
  /** Output tokens of the load. */
  readonly maxTokens?: number | undefined
}

/** So many of the latest answers say whether the service still works; fewer than the least say nothing. */
const [LATEST, LEAST] = [50, 20]

/** Looks at each answer of a load as it comes, and says when the load is to end. */
export class LoadWatch {
  readonly #limits: LoadLimits
  readonly #failures: boolean[] = []
  #tokens = 0
  #firstCause: string | undefined

  constructor(limits: LoadLimits) {
    this.#limits = limits
  }

  /**
   * The end of the load, once this answer brings it. `errors`: more than half of the last 50 answers failed, of at least 20; what was
   * turned away for want of room did not fail. A count that the service did not give counts as the tokens that were asked for: a
   * budget is never overspent in silence.
   */
  saw({ answer, scheduled }: Driven): LoadEnd | undefined {
    if (answer.turnedAway) return undefined
    const { failure, message, usage } = answer
    if (failure !== undefined) this.#firstCause ??= message === undefined ? failure : `${failure}: ${message}`
    this.#failures.push(failure !== undefined)
    if (this.#failures.length > LATEST) this.#failures.shift()
    const failed = this.#failures.filter(Boolean).length
    const n = this.#failures.length
    if (n >= LEAST && 2 * failed > n)
      return {
        by: 'errors',
        reason: `${failed} of the last ${n} answers failed, the first of the load with ${this.#firstCause}`,
      }
    if (failure === undefined) this.#tokens += usage?.completionTokens ?? scheduled.request.maxTokens
    const { maxTokens } = this.#limits
    if (maxTokens !== undefined && this.#tokens >= maxTokens)
      return {
        by: 'max-tokens',
        reason: `${this.#tokens} output tokens were spent of --max-tokens ${maxTokens}`,
      }
    return undefined
  }
}
