import type { StatedLoad } from './arrivals.ts'
import type { Calibration } from './calibration.ts'
import type { ServiceUse } from './service-use.ts'
import type { LoadValidity } from './validity.ts'

/** What a load was to be, before its first request. */
export type LoadPlanned = {
  /** That of its samples. */
  readonly scenario: string
  readonly stated: StatedLoad
  /** In one phrase, and what it asks in one sentence. */
  readonly says: string
  readonly asks: string
  /** Requests in flight at most; in a closed loop always so many. */
  readonly maxInFlight: number
  /** Threads that share it; absent: the run's own alone. */
  readonly workers?: number
  /** Requests in the schedule; absent in a closed loop. */
  readonly requests?: number
  /** Of the due times, and of the first requests. */
  readonly dueSha256?: string
  readonly promptsSha256: string
}

/** Why nothing more was sent. */
export type LoadEnd = {
  readonly by:
    | 'schedule'
    | 'duration'
    | 'max-tokens'
    | 'errors'
    | 'max-seconds'
    | 'target-lost'
    | 'interrupted'
  readonly reason: string
}

/** Requests of an open loop that were due while as many were in flight as may be: they were sent late. */
export type HeldBack = {
  readonly requests: number
  /** Milliseconds after the start of the load. */
  readonly firstAtMs: number
  /** The longest time from due to sent. */
  readonly mostMs: number
}

/** Requests that were due and never sent. */
export type Unsent = {
  /** No place in flight was free for as long as an answer may take. */
  readonly tooLate: number
  /** Turns of a conversation whose turn before failed. */
  readonly turns: number
}

/** What came of it. Milliseconds after the run's start, unless named otherwise. */
export type LoadRun = LoadPlanned & {
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly sent: number
  readonly end: LoadEnd
  readonly mostInFlight: number
  readonly heldBack?: HeldBack
  readonly unsent?: Unsent
  /** Requests sent before it warmed the service up, those sent after it saw the load go down. Absent: nothing was steady. */
  readonly steady?: { readonly fromMs: number; readonly toMs: number }
  /** How the warm-up ended, or why nothing was steady; in one sentence. */
  readonly warmUp: string
  /** Requests sent before the first answer of all was complete: none of them met a service under this load. */
  readonly firstWave: number
  /** How far off the client itself was; absent where nobody looked. */
  readonly calibration?: Calibration
  /** What was seen of the service from inside meanwhile; absent where nobody looked. */
  readonly serviceUse?: ServiceUse
  /** Whether the client could be trusted; absent where nobody watched it. */
  readonly validity?: LoadValidity
}
