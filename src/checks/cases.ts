import { isCheckEnded } from '../promises/outcome.ts'
import type { CaseResult, CheckOutcome, Exchange } from '../records/index.ts'

/** How a check or a case ended. */
export type Ended = {
  readonly outcome: CheckOutcome
  readonly reason?: string
  readonly shown?: readonly Exchange[]
  readonly late?: boolean
}

/** Under this name stands what ended a check with cases otherwise than a case did. */
const OUTSIDE = 'outside the cases'
/** A case that was judged several times came to the worst of them. */
const WORST_FIRST: readonly CheckOutcome[] = ['failed', 'inconclusive', 'passed', 'not-applicable']
const SHOWN = 5

/** The named cases of one check, each judged by itself: one that is broken hides no other. */
export class Cases {
  readonly #ended = new Map<string, Ended>()

  /** Judges a case; undefined where that ended it. An error of the check's own is thrown on. */
  async judge<T>(name: string, task: () => T | Promise<T>): Promise<T | undefined> {
    try {
      const result = await task()
      this.#keep(name, { outcome: 'passed' })
      return result
    } catch (thrown) {
      if (!isCheckEnded(thrown)) throw thrown
      const { outcome, message: reason, shown } = thrown
      this.#keep(name, { outcome, reason, shown })
      return undefined
    }
  }

  get results(): readonly CaseResult[] {
    return [...this.#ended].map(([name, { outcome, reason }]) => ({
      name,
      outcome,
      ...(reason !== undefined && { reason }),
    }))
  }

  /** What a check came to that ended so and had these cases. */
  concluded(ended: Ended): Ended {
    if (![...this.#ended.values()].some(isBroken)) return ended
    if (isBroken(ended)) this.#keep(OUTSIDE, ended)
    const all = [...this.#ended]
    const outcome = all.some(([, one]) => one.outcome === 'failed') ? 'failed' : 'inconclusive'
    const broken = all.filter(([, one]) => one.outcome === outcome)
    const rest = broken.length > SHOWN ? ` and ${broken.length - SHOWN} more` : ''
    const listed = broken.slice(0, SHOWN).map(([name, { reason }]) => `${name}: ${reason}`)
    return {
      outcome,
      reason: `${broken.length} of ${all.length} cases ${outcome === 'failed' ? 'failed' : 'decided nothing'}: ${listed.join('; ')}${rest}`,
      shown: broken.flatMap(([, { shown = [] }]) => shown),
      ...(ended.late && { late: true }),
    }
  }

  #keep(name: string, ended: Ended): void {
    const before = this.#ended.get(name)
    if (before && rank(before) <= rank(ended)) return
    this.#ended.set(name, ended)
  }
}

const rank = ({ outcome }: Ended): number => WORST_FIRST.indexOf(outcome)
const isBroken = ({ outcome }: Ended): boolean => outcome === 'failed' || outcome === 'inconclusive'
