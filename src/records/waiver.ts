/** A failure that a user knows and accepts for a time. */
export type Waiver = {
  /** Of the promise. */
  readonly id: string
  /** One case of it; absent: whatever fails of the promise. */
  readonly case?: string
  /** Why it is accepted. */
  readonly reason: string
  /** The last day, UTC, as `2026-12-31`; from the next on the failure counts again. */
  readonly until: string
  /** Who accepts it. */
  readonly by?: string
  /** Where the failure was seen: the id of a run. */
  readonly evidence?: string
}

/**
 * What became of a waiver in a run. `used`: what it names failed and does not count. `expired`: it failed and counts again.
 * `unneeded`: it holds now. `unjudged`: the run does not tell.
 */
export type WaiverUse = Waiver & { readonly state: 'used' | 'expired' | 'unneeded' | 'unjudged' }
