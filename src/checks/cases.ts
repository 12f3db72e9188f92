import type { Excess } from '../load.ts'
import { isCheckEnded } from '../promises/outcome.ts'
import type { CaseResult, Caused, CheckOutcome, Exchange } from '../records/index.ts'

/** How a check or a case ended. */
export type Ended = Caused & {
  readonly outcome: CheckOutcome
  readonly reason?: string
  readonly shown?: readonly Exchange[]
  readonly late?: boolean
  /** Of a failure by time. */
  readonly excess?: Excess
}

/** Under this name stands what ended a check with cases otherwise than a case did. */
const OUTSIDE = 'outside the cases'
/** A case that was judged several times came to the worst of them. */
const WORST_FIRST: readonly CheckOutcome[] = ['failed', 'inconclusive', 'passed', 'not-applicable']
const SHOWN = 5

/** The named cases of one check, each judged by itself: one that is broken hides no other. */
export class Cases {
  readonly #ended = new Map<string, Ended>()
  readonly #causeOf: (ended: Ended) => Caused

  /** `causeOf`: what an end has in common with others, as far as the exchanges so far tell. */
  constructor(causeOf: (ended: Ended) => Caused = () => ({})) {
    this.#causeOf = causeOf
  }

  /** Judges a case; undefined where that ended it. An error of the check's own is thrown on. */
  async judge<T>(name: string, task: () => T | Promise<T>): Promise<T | undefined> {
    try {
      const result = await task()
      this.#keep(name, { outcome: 'passed' })
      return result
    } catch (thrown) {
      if (!isCheckEnded(thrown)) throw thrown
      const { outcome, message: reason, shown, caused } = thrown
      const ended = { outcome, reason, shown, ...caused }
      this.#keep(name, isBroken(ended) ? { ...ended, ...this.#causeOf(ended) } : ended)
      return undefined
    }
  }

  get results(): readonly CaseResult[] {
    return [...this.#ended].map(([name, { outcome, reason, cause, causeIn }]) => ({
      name,
      outcome,
      ...(reason !== undefined && { reason }),
      ...(cause !== undefined && { cause, ...(causeIn && { causeIn }) }),
    }))
  }

  /** Each of them said why it does not concern the service. */
  get concernNone(): boolean {
    const all = [...this.#ended.values()]
    return all.length > 0 && all.every(({ outcome }) => outcome === 'not-applicable')
  }

  /** What a check came to that ended so and had these cases. */
  concluded(end: Ended): Ended {
    const ended = isBroken(end) ? { ...end, ...this.#causeOf(end) } : end
    if (![...this.#ended.values()].some(isBroken)) return this.#concernedNone(ended) ?? ended
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
      ...commonCause(broken.map(([, one]) => one)),
    }
  }

  /** A check of which no case concerns the service does not concern it: a pass would say that it was held to something. */
  #concernedNone({ outcome }: Ended): Ended | undefined {
    const [first] = this.#ended
    if (outcome !== 'passed' || !first || !this.concernNone) return undefined
    const [name, { reason }] = first
    return { outcome: 'not-applicable', reason: `${name}: ${reason}` }
  }

  #keep(name: string, ended: Ended): void {
    const before = this.#ended.get(name)
    if (before && rank(before) <= rank(ended)) return
    this.#ended.set(name, ended)
  }
}

/** The cause of a check whose cases have but one. */
function commonCause([first, ...others]: readonly Ended[]): Caused {
  if (first?.cause === undefined) return {}
  const { cause, causeIn } = first
  const isSame = (one: Ended) => one.cause === cause && String(one.causeIn) === String(causeIn)
  return others.every(isSame) ? { cause, ...(causeIn && { causeIn }) } : {}
}

const rank = ({ outcome }: Ended): number => WORST_FIRST.indexOf(outcome)
const isBroken = ({ outcome }: Ended): boolean => outcome === 'failed' || outcome === 'inconclusive'
