/** How the requests of a load come. In a closed loop the answers decide when, in an open loop the schedule, whatever the answers do. */
export type Arrivals = ClosedLoop | OpenLoop | TraceReplay

/** Closed: a request goes out when an answer is complete, so that this many are in flight. */
export type ClosedLoop =
  | { readonly shape: 'concurrency'; readonly concurrency: number }
  /** One concurrency after the other. */
  | { readonly shape: 'ladder'; readonly rungs: readonly Rung[] }

export type Rung = { readonly concurrency: number; readonly durationMs: number }

/** Open: due times from the seed, at rates in requests a second. */
export type OpenLoop =
  | { readonly shape: 'rate'; readonly rate: number; readonly spacing: Spacing }
  /** One stage after the other, each with a length of its own. */
  | { readonly shape: 'stages'; readonly stages: readonly RateStage[]; readonly spacing: Spacing }

/**
 * The rate goes in a straight line from one to the other; equal ones hold it. The next stage begins at its own rate: there is
 * no ramp between two stages that nobody stated.
 */
export type RateStage = { readonly from: number; readonly to: number; readonly durationMs: number }

/**
 * How the gaps between requests differ at one rate. Constant: not at all. Poisson: exponential gaps, as independent users make
 * them. Gamma: gaps of a gamma distribution whose shape is the burstiness, in the meaning of vLLM and AIPerf (there: smoothness):
 * 1 is Poisson, **below 1 is burstier**, above 1 more even. The variance of the gaps is that of Poisson divided by it.
 */
export type Spacing =
  | { readonly kind: 'constant' | 'poisson' }
  | { readonly kind: 'gamma'; readonly burstiness: number }

/** Open as well: due times and lengths as a file recorded them. */
export type TraceReplay = {
  readonly shape: 'trace'
  readonly file: string
  /** Where in the trace the load begins; absent: at its first entry. */
  readonly fromMs?: number
  /** The trace goes this many times as fast as it was recorded; absent: as recorded. Only ever stated by the user. */
  readonly speed?: number
}

/** The load that a user stated. What is reached first of the two ends it; a ladder, stages and a trace end by themselves as well. */
export type StatedLoad = {
  readonly arrivals: Arrivals
  /** Of the schedule: the last answers come later. */
  readonly durationMs?: number
  readonly maxRequests?: number
  /** Of an open loop: a request that is due while so many are in flight waits. Absent: nobody stated one. */
  readonly maxInFlight?: number
}

/** One request of a trace. */
export type TraceEntry = {
  /** Milliseconds after the start of the load. */
  readonly dueMs: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** Mooncake: one id for each 512 tokens of the prompt; equal leading ids are an equal prefix. */
  readonly hashIds?: readonly number[]
}
