/** Milliseconds. */
export type ErrorQuantiles = { readonly p50: number; readonly p99: number; readonly max: number }

/** How far a client's stamps are from what a server of known times did. */
export type ClientError = {
  readonly answers: number
  readonly events: number
  /** Receipt − emission of one event, by one clock. */
  readonly receiptMs: ErrorQuantiles
  /** The client's `ttftMs` − (first emission − request read): what sending and reading add. */
  readonly ttftMs: ErrorQuantiles
  /** |gap between two receipts − gap between their emissions|. */
  readonly gapMs: ErrorQuantiles
}

/** The same client against the stub, at the load of the run. Its error stands beside numbers and is never subtracted. */
export type Calibration = {
  /** In one sentence. */
  readonly load: string
  /** How late the stub's own writes were, in milliseconds. */
  readonly stubLateMs: ErrorQuantiles
  /** On a core of its own, or why not. */
  readonly stubCore: { readonly pinnedTo: number } | { readonly unpinnedBecause: string }
} & (
  | { readonly state: 'valid'; readonly error: ClientError }
  | { readonly state: 'void'; readonly reason: string }
)
