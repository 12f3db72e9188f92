/** A value that goes up and down, as it was read during a load. */
export type Level = { readonly before: number; readonly mean: number; readonly most: number }

/** A time by the server's own histogram, over the answers of a load. Its median is known to a bucket, and a straight line within it. */
export type ServerTime = {
  readonly n: number
  readonly meanMs: number
  readonly p50?: { readonly ms: number; readonly fromMs: number; readonly toMs: number }
}

/** What a service counted of itself while a load was sent; absent parts are families that it does not have. */
export type ServiceCounters = {
  /** How often they were read. */
  readonly readings: number
  readonly waiting?: Level
  readonly running?: Level
  /** Share of the KV cache, 0 to 1. */
  readonly kvUse?: Level
  /** Tokens of prompts that were found in the cache of prefixes, of those that were looked for. */
  readonly prefixHits?: number
  readonly preemptions?: number
  readonly promptTokens?: number
  readonly generatedTokens?: number
  readonly ttft?: ServerTime
  readonly e2e?: ServerTime
}

/** All processes of a target that this run started, together, at one moment. */
export type ProcessUse = { readonly rssBytes: number; readonly cpuMs: number; readonly processes: number }

/** The same over a load. Memory that processes share counts in each of them. */
export type TargetUse = {
  readonly rssBytes: Level
  readonly cpuMs: number
  readonly overMs: number
  readonly processes: number
}

/** The levels of a service at one moment, in milliseconds after the run's start; absent parts are families that it does not have. */
export type ServiceReading = {
  readonly atMs: number
  readonly waiting?: number
  readonly running?: number
  readonly kvUse?: number
}

/** What was seen of a service from inside while a load was sent. */
export type ServiceUse = {
  /** The readings that its levels are of, in the order of time. */
  readonly series?: readonly ServiceReading[]
  readonly counters?: ServiceCounters
  /** Why there are no counters. */
  readonly noCounters?: string
  /** Absent where this run did not start the service, and where the system does not tell. */
  readonly target?: TargetUse
}
