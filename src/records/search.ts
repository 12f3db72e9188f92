/** What the levels of a search are: the rate of an open loop in requests a second, or the requests in flight of a closed one. */
export type LevelKind = 'rate' | 'concurrency'

/** What one step of a search came to. */
export type StepOutcome = {
  /**
   * `held`: it kept every limit. `broken`: it did not, and chance does not explain it. `unknown`: it does not tell. `invalid`: the
   * client was not able to send it. `stopped`: it was not sent to its end.
   */
  readonly outcome: 'held' | 'broken' | 'unknown' | 'invalid' | 'stopped'
  readonly reason: string
  /** The limit that it broke: `steady.ttftMsP99`, `errors`, `saturated`. */
  readonly limit?: string
  /** Of an unknown one: no figure of it is beyond its limit. */
  readonly leansToHeld?: true
  /** By the names of measurements, such as `requestsPerSecond` and `ttftMsP99`. */
  readonly figures: Readonly<Record<string, number>>
}

export type SearchStep = StepOutcome & {
  readonly level: number
  /** That of its load and samples. */
  readonly scenario: string
}

/** A level, the step that speaks for it, and how many of its steps said the same. */
export type LevelFound = {
  readonly level: number
  readonly scenario: string
  readonly agreed: number
  readonly steps: number
  readonly reason: string
  readonly limit?: string
}

/** A sequence of loads, each at a level of its own, and what they show together. */
export type LoadSearch = {
  /** `search`: for the highest level that holds. `sweep`: levels that were stated. */
  readonly kind: 'search' | 'sweep'
  readonly of: LevelKind
  readonly steps: readonly SearchStep[]
  /** The highest that held. */
  readonly held?: LevelFound
  /** The lowest above it that did not. */
  readonly broken?: LevelFound
  readonly end: SearchEnd
  /** Where more load stops to pay, or why no such level can be named; of a sweep. */
  readonly knee?: { readonly level?: number; readonly reason: string }
}

/**
 * `resolved`: the border is known as closely as was asked. `always-held`: up to the highest level that may be tried, so that what
 * held is a lower bound. `never-held`: not even the lowest one. `all-sent`: every stated level. `saturated`: the levels above would
 * tell of nothing but overload. `steps`: so many are allowed. `invalid`, `stopped`: as the step was that ended it.
 */
export type SearchEnd = {
  readonly by:
    | 'resolved'
    | 'always-held'
    | 'never-held'
    | 'all-sent'
    | 'saturated'
    | 'steps'
    | 'invalid'
    | 'stopped'
  readonly reason: string
}
