import type { LoadClient } from '../client/index.ts'
import type { Clock } from '../clock.ts'
import type { Window } from '../event-loop.ts'
import type {
  ClientFigures,
  HeldBack,
  LoadAnswer,
  ScheduledRequest,
  Spoiler,
  Unsent,
} from '../records/index.ts'

export type DriveOptions = {
  readonly client: Pick<LoadClient, 'prepare' | 'send'>
  readonly clock: Clock
  /** In the order in which they are due. */
  readonly requests: Iterable<ScheduledRequest> | AsyncIterable<ScheduledRequest>
  /** Requests in flight: at most, where requests have a due time; else always so many. */
  readonly maxInFlight: number
  /** The start of the load on the clock; absent: now. */
  readonly startMs?: number
  /** From the start of the load; nothing is sent after it. Absent: until the requests are spent. */
  readonly durationMs?: number
  /** Total deadline of one request; one that is due and finds no place for so long is not sent. */
  readonly timeoutMs: number
  /** Nothing more is sent; what is in flight goes on to its end. */
  readonly stop?: AbortSignal
  /** Ends the load: what is in flight is abandoned and gives nothing. */
  readonly signal: AbortSignal
}

/** One request that was sent, and what became of it. Milliseconds on the monotonic clock. */
export type Driven = {
  readonly scheduled: ScheduledRequest
  readonly answer: LoadAnswer
  /** Absent in a closed loop, where nothing is due before a place is free. */
  readonly dueAtMs?: number
  /** Which of several threads sent it. */
  readonly worker?: number
  /** As that thread saw it; in the run's own thread nobody has looked yet. */
  readonly spoiledBy?: readonly Spoiler[]
  /** It was late because as many were in flight as may be: by the service's time, not by the client's. */
  readonly heldBack?: true
}

/** A load while it is sent; it begins with the first look at it. */
export interface Driving extends AsyncIterable<Driven> {
  /** How the sending went; whole once the last answer was taken. */
  report(): DriveReport
  /**
   * How the threads that sent fared within a time of the run, once the last answer was taken; absent where the run's own thread sends,
   * which whoever drives watches.
   */
  clients?(within?: Window): Promise<readonly ClientFigures[]>
}

/** How the sending of a load went. */
export type DriveReport = {
  /** Why nothing more was sent: all were, its time was over, or it was told to. */
  readonly endedBy: 'schedule' | 'duration' | 'told'
  readonly sent: number
  readonly unsent: Unsent
  readonly heldBack?: HeldBack
}
