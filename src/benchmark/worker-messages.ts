import type { HarnessErrorCode } from '../errors.ts'
import type { Window } from '../event-loop.ts'
import type {
  ClientFigures,
  LoadAnswer,
  ScheduledRequest,
  ServiceAddress,
  ServiceProfile,
} from '../records/index.ts'
import type { Driven, DriveReport } from './driving.ts'

/** What a worker is given when it starts. A secret has its value beside its label: it stays within this process. */
export type WorkerTask = {
  readonly address: Omit<ServiceAddress, 'knownSecrets'>
  readonly secrets: readonly { readonly value: string; readonly label: string }[]
  readonly profile: ServiceProfile
  readonly maxInFlight: number
  readonly durationMs?: number
  readonly timeoutMs: number
  /** The start of the run, on CLOCK_MONOTONIC. */
  readonly runStartMonotonicMs: number
}

export type ToWorker =
  | { readonly kind: 'requests'; readonly requests: readonly ScheduledRequest[] }
  /** There are no more of them. */
  | { readonly kind: 'all' }
  /** On CLOCK_MONOTONIC, which all threads share; the clock of each has an origin of its own. */
  | { readonly kind: 'start'; readonly atMonotonicMs: number }
  | { readonly kind: 'stop' }
  | { readonly kind: 'abandon' }
  /** How did it fare within this time of the run? */
  | { readonly kind: 'read'; readonly within?: Window }

/** An answer as it crosses threads. Its stamps are milliseconds after the start of the load. */
export type Returned = {
  readonly index: number
  readonly answer: LoadAnswer
} & Pick<Driven, 'dueAtMs' | 'heldBack' | 'spoiledBy'>

export type FromWorker =
  | { readonly kind: 'ready' }
  /** `taken`: requests that it has taken from those it was given, in all. */
  | { readonly kind: 'answers'; readonly answers: readonly Returned[]; readonly taken: number }
  | { readonly kind: 'ended'; readonly report: DriveReport; readonly isWatched: boolean }
  /** It is asked for once it has ended; then it leaves. */
  | { readonly kind: 'figures'; readonly client: ClientFigures }
  | { readonly kind: 'broke'; readonly code?: HarnessErrorCode; readonly message: string }
