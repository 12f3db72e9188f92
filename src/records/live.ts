/**
 * What a run says of itself while it goes on, for who watches it. No part of the run: it is gone once the run has ended, and nothing
 * is decided by it.
 */
export type Live = {
  /** The process of the run (owner.ts); absent: of an older version. */
  readonly owner?: string
  readonly phase: string
  readonly done: number
  /** Steps of the phase; absent where nobody knows. */
  readonly total?: number
  readonly phaseStartedAt: string
  /** What the phase is doing right now. */
  readonly status?: string
  /** Checks that have begun and not ended. */
  readonly inFlight: readonly string[]
  /** Warnings of the run, newest last; bounded. */
  readonly warnings: readonly string[]
}
