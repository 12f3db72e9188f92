/** How the client of a load, and its machine, fared while it was sent. Figures of one thread; milliseconds after the run's start. */
export type ClientFigures = {
  readonly watchedMs: number
  /** How long a callback that was due had to wait for its turn, whenever it became due; pauses are not in it. */
  readonly loopDelayMs?: BoundedTail
  readonly loopDelayMsMax: number
  /** The share of the time in which the event loop was at work; that it waited for a core is in it. */
  readonly loopUtilization: number
  /** Due → sent, of the requests that no limit of ours held back; absent in a closed loop. */
  readonly sendLagMs?: BoundedTail
  /** Spent collecting garbage, and the longest collection. */
  readonly gcMs: number
  readonly gcMsMax: number
  /** Where the time of the late turns of the loop went: at work, waiting for a core, neither. */
  readonly late: TurnTimes
  /** The same of the whole time, sleep apart; absent where the system does not say. */
  readonly thread?: Omit<TurnTimes, 'stoodMs'>
  readonly pauses: readonly Pause[]
  readonly clockJumps: readonly ClockJump[]
  readonly processors?: ProcessorShares
  /** Samples that say little of the service, each with its reasons in `spoiledBy`. */
  readonly spoiled: number
}

/** The p99 of `n` values, and the value that it exceeds with 97.5 % certainty. */
export type BoundedTail = {
  readonly p50: number
  readonly p99: number
  readonly low: number
  readonly n: number
}

export type TurnTimes = { readonly ranMs: number; readonly waitedMs: number; readonly stoodMs: number }

/** The process stood still: it neither ran nor waited for a core. */
export type Pause = {
  readonly atMs: number
  readonly ms: number
  /** A signal stopped it, and another let it go on. */
  readonly bySignal?: true
}

/** By how much the wall clock moved against the monotonic one. */
export type ClockJump = { readonly atMs: number; readonly byMs: number }

/** Of the cores that the client may use: how many were busy, on average, and with whom. */
export type ProcessorShares = {
  readonly cores: number
  readonly own: number
  /** The service that the run started on them, with all its processes. */
  readonly target: number
  readonly others: number
  readonly stolen: number
  /** How long a quota of the control group held its processes back. */
  readonly throttledMs?: number
}

/** Why a sample says little of the service: what happened to the client while it was in flight. */
export type Spoiler = 'paused' | 'late-loop' | 'garbage' | 'sent-late'

/** Why a load is no evidence, and what to do. */
export type InvalidReason = {
  readonly kind: 'saturated' | 'starved' | 'throttled' | 'paused' | 'clock-jump'
  readonly says: string
  readonly next: string
}

export type LoadValidity = {
  /** The cause first; empty: the load is evidence. */
  readonly reasons: readonly InvalidReason[]
  readonly warnings: readonly string[]
  /** One a thread that sent. */
  readonly clients: readonly ClientFigures[]
}
