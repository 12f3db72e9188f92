import type { LevelFound, SearchStep } from '../../records/index.ts'

/** Of three that say something, two agree. */
const AGREED = 2
/** After so many that say nothing the level is not known. */
const UNKNOWN = 2

/** Where a level stands. `leaning`: one step that could not tell, with no figure beyond its limit. `tied`: one says so, one says no. */
export type Standing = 'held' | 'leaning' | 'broken' | 'unknown' | 'tied'

/** What the steps at one level said. */
export class Tally {
  readonly level: number
  readonly #steps: SearchStep[] = []

  constructor(level: number) {
    this.level = level
  }

  add(step: SearchStep): void {
    this.#steps.push(step)
  }

  get standing(): Standing {
    const [held, broken] = [this.#of('held').length, this.#of('broken').length]
    if (held > broken) return 'held'
    if (broken > held) return 'broken'
    if (held > 0) return 'tied'
    return this.#of('unknown').length < UNKNOWN && this.#steps.at(-1)?.leansToHeld ? 'leaning' : 'unknown'
  }

  /** Whether a repeat could still change what is known. */
  get isSettled(): boolean {
    const most = Math.max(this.#of('held').length, this.#of('broken').length)
    return most >= AGREED || this.#of('unknown').length >= UNKNOWN
  }

  /** Whether one step held and another did not. */
  get isDisputed(): boolean {
    return this.#of('held').length > 0 && this.#of('broken').length > 0
  }

  /** Whether its last step told nothing, so that a repeat has to be longer. */
  get needsMore(): boolean {
    return this.#steps.at(-1)?.outcome === 'unknown'
  }

  /** `reason` and `limit` are those of the last step that said so. */
  found(outcome: 'held' | 'broken'): LevelFound | undefined {
    const same = this.#of(outcome)
    const last = same.at(-1)
    if (!last) return undefined
    const { level, scenario, reason, limit } = last
    const counts = { agreed: same.length, steps: this.#steps.length }
    return { level, scenario, ...counts, reason, ...(limit !== undefined && { limit }) }
  }

  #of(outcome: SearchStep['outcome']): readonly SearchStep[] {
    return this.#steps.filter((step) => step.outcome === outcome)
  }
}
