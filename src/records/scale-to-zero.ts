import type { FailureKind } from './generation.ts'

/** A service that its platform stops once it was idle for longer than `windowMs`. */
export type ScaleToZero = {
  readonly windowMs: number
  /** Waited beyond the window, so that a platform that is late is asleep as well. */
  readonly marginMs: number
  /** How long a wake-up may take. */
  readonly wakeMs: number
  /** What becomes of a request while nobody is there: `refuses` makes it 429, 502, 503 or 504 until somebody is. */
  readonly edge: 'holds' | 'refuses'
  /** Each wake-up has to sample answers of its own. */
  readonly freshRandomState?: true
  readonly price?: Price
}

/** What one second of one GPU costs; `gpus` of one replica, `replicas` that a run keeps awake at once. */
export type Price = {
  readonly gpuSecond: number
  readonly currency: string
  readonly gpus: number
  readonly replicas: number
}

/** What the wire shows of a wake-up, in the order in which it comes. */
export type WakePhase = 'connected' | 'edge' | 'process' | 'answer' | 'token' | 'complete'

/** One wait until the service sleeps, and the request that was to wake it. Milliseconds after the run's start, or as named. */
export type WakeUp = {
  /** Of its boot: 0 is the service as it was found. */
  readonly index: number
  /** How long nothing was sent before it. */
  readonly idleMs: number
  readonly sentAtMs: number
  /** When its last request was over: from here on it may fall asleep. */
  readonly endedAtMs: number
  readonly first: WakeAnswer
  /** Milliseconds after the first send; what the wire does not show is in `unmeasured`. */
  readonly phases: Readonly<Partial<Record<WakePhase, number>>>
  readonly unmeasured: Readonly<Partial<Record<WakePhase, string>>>
  /** Of each 303 that was followed, when it came. */
  readonly hopAtMs: readonly number[]
  /** How often an edge that refuses turned the request away before it was let in. */
  readonly refusals: number
  /** Of the requests after the first, one after the other. */
  readonly next: readonly WakeAnswer[]
  /** When the process started that answered before the wait and after it, as its metrics say; seconds since 1970. */
  readonly process: { readonly before?: number; readonly after?: number; readonly unknown?: string }
  /** A hash of what was sampled first; absent where its sampled answers are alike anyway, and tell nothing. */
  readonly sampled?: string
  readonly coldness: Coldness
}

export type WakeAnswer = {
  readonly outcome: 'completed' | FailureKind
  readonly message?: string
  readonly status?: number
  readonly e2eMs: number
}

/** Whether the service had slept: only what is shown counts as a cold start. */
export type Coldness = { readonly is: 'cold' | 'not-shown' | 'unknown'; readonly because: string }

/** What a run says of the sleep of its target, before it begins. */
export type PlannedSleep = ScaleToZero & {
  /** How many cold starts are measured; 0: none, as the user said. */
  readonly coldStarts: number
}
