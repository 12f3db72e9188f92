import { Tally } from './tally.ts'

/** What is searched, and how closely. */
export type SearchRange = {
  /** Levels are whole numbers. */
  readonly isWhole: boolean
  readonly start: number
  readonly least: number
  readonly most: number
  /** The lowest level that does not hold may be this share above the highest that does. */
  readonly resolution: number
}

export type Next = { readonly level: number } | { readonly end: 'resolved' | 'always-held' | 'never-held' }

/** What is known of the border between the levels that hold and those that do not. */
export class Border {
  readonly #range: SearchRange
  readonly #tallies = new Map<number, Tally>()

  constructor(range: SearchRange) {
    this.#range = range
  }

  at(level: number): Tally {
    const tally = this.#tallies.get(level) ?? new Tally(level)
    this.#tallies.set(level, tally)
    return tally
  }

  /** The highest level that held, the lowest above it that did not. */
  get held(): Tally | undefined {
    return this.#ascending().findLast(({ standing }) => standing === 'held')
  }

  get broken(): Tally | undefined {
    const above = this.held?.level ?? 0
    return this.#ascending().find(({ level, standing }) => standing === 'broken' && level > above)
  }

  /**
   * How closely the border can be known: as was asked, doubled for each further level at which steps disagreed. A service
   * that varies more than that has no closer border, and a search for it would only follow its chance.
   */
  get resolution(): number {
    return Math.min(COARSEST, this.#range.resolution * 2 ** Math.max(0, this.#disputed - 1))
  }

  get isDisputed(): boolean {
    return this.#disputed > 1
  }

  get #disputed(): number {
    return this.#ascending().filter(({ isDisputed }) => isDisputed).length
  }

  /**
   * Doubles until a level does not hold, or halves until one does; then halves the gap between the two, in ratio. Both ends of
   * the last gap are repeated until two steps agree: one that says otherwise opens the search again.
   */
  next(): Next {
    const { start, least, most } = this.#range
    if (this.#tallies.size === 0) return { level: start }
    const open = this.#ascending().find(({ standing, isSettled }) => !isSettled && UNTOLD.includes(standing))
    if (open) return { level: open.level }
    const [low, high] = this.#gap()
    if (!low)
      return high && high.level > least ? { level: this.#lower(high.level) } : this.#sure(high, 'never-held')
    if (!high)
      return low.level < most ? { level: Math.min(most, 2 * low.level) } : this.#sure(low, 'always-held')
    const between = this.#between(low.level, high.level)
    if (between !== undefined) return { level: between }
    return low.isSettled ? this.#sure(high, 'resolved') : { level: low.level }
  }

  /** The last level that may hold, and the first above it that may not. */
  #gap(): readonly [Tally | undefined, Tally | undefined] {
    const all = this.#ascending()
    const high = all.find(({ standing }) => standing !== 'held' && standing !== 'leaning')
    return [all.findLast(({ level }) => high === undefined || level < high.level), high]
  }

  #sure(tally: Tally | undefined, end: 'resolved' | 'always-held' | 'never-held'): Next {
    return tally && !tally.isSettled ? { level: tally.level } : { end }
  }

  #lower(level: number): number {
    return Math.max(this.#range.least, this.#rounded(level / 2))
  }

  /** Undefined where the gap is as narrow as was asked. */
  #between(low: number, high: number): number | undefined {
    const { isWhole } = this.#range
    const { resolution } = this
    if (high <= low * (1 + resolution) || (isWhole && high - low <= 1)) return undefined
    const middle = this.#rounded(Math.sqrt(low * high))
    if (isWhole) return Math.max(low + 1, middle)
    return middle > low && middle < high ? middle : undefined
  }

  #rounded(level: number): number {
    return this.#range.isWhole ? Math.floor(level) : Number(level.toPrecision(4))
  }

  #ascending(): readonly Tally[] {
    return [...this.#tallies.values()].toSorted((one, other) => one.level - other.level)
  }
}

/** However much a service varies, twice as much load is another level. */
const COARSEST = 0.5

const UNTOLD: readonly string[] = ['tied', 'unknown']
