/** Nothing was sent for so long: a limit that bears one request a second has room again. */
export const IDLE_MS = 1_000
/**
 * A limit that refuses after such a pause lets nothing in a moment later: its room grows by less than one request a second, so a request
 * on the heels of the refused one, some 50 ms later, is let in with a chance of 5 % at most. Five of five: 3·10⁻⁷.
 */
const AT_ONCE = 5
/** A service that is full of other users' requests refuses now and then: this share of lone requests is more. */
const SHARE = 0.25
/** A limit of two requests a minute lets one in by then. */
const CLOSED_AFTER_MS = 45_000
const CLOSED_AFTER = 6

type Seen = {
  letIn: number
  refusedInRow: number
  rowSinceMs: number
  /** Requests after a pause with no other beside them, and those of them that were refused. */
  lone: number
  loneRefused: number
  /** Of those that were refused, sent again at once: how many were let in. */
  againLetIn: number
  again: number
}

/** What tells a refusal for load (429) from one that has nothing to do with it, by route. */
export class UnfoundedRefusals {
  readonly #seen = new Map<string, Seen>()

  saw(route: string, { isRefused, isLone }: { isRefused: boolean; isLone: boolean }, nowMs: number): void {
    const seen = this.#of(route)
    if (isLone) seen.lone++
    if (isLone && isRefused) seen.loneRefused++
    if (!isRefused) seen.letIn++
    if (isRefused && seen.refusedInRow === 0) seen.rowSinceMs = nowMs
    seen.refusedInRow = isRefused ? seen.refusedInRow + 1 : 0
  }

  /** A lone request that was refused has been sent again at once. */
  sentAgain(route: string, isLetIn: boolean): void {
    const seen = this.#of(route)
    seen.again++
    if (isLetIn) seen.againLetIn++
  }

  /** Why the refusals of a route are no matter of load; undefined as long as they may be. */
  why(route: string, nowMs: number): string | undefined {
    const { letIn, refusedInRow, rowSinceMs, lone, loneRefused, again, againLetIn } = this.#of(route)
    const others = [...this.#seen].some(([name, one]) => name !== route && one.letIn > 0)
    const forMs = nowMs - rowSinceMs
    if (letIn === 0 && others && refusedInRow >= CLOSED_AFTER && forMs >= CLOSED_AFTER_MS)
      return `all ${refusedInRow} requests to this route in ${Math.round(forMs / 1_000)} s were refused so, while other routes answered`
    if (againLetIn >= AT_ONCE && againLetIn >= 0.8 * again && loneRefused >= SHARE * lone)
      return (
        `${loneRefused} of ${lone} requests that came alone, a second after all others, were refused so, ` +
        `and ${againLetIn} of ${again} were let in at once when sent again: no limit of load does that`
      )
    return undefined
  }

  #of(route: string): Seen {
    const known = this.#seen.get(route)
    if (known) return known
    const fresh = {
      letIn: 0,
      refusedInRow: 0,
      rowSinceMs: 0,
      lone: 0,
      loneRefused: 0,
      again: 0,
      againLetIn: 0,
    }
    this.#seen.set(route, fresh)
    return fresh
  }
}
