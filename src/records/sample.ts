import type { FailureKind } from './generation.ts'

/** Cold: the first answer of a fresh start. Warm: after warm-up, no idle gap. Steady: under sustained load. Never mixed. */
export type Warmth = 'cold' | 'warm' | 'steady'

/** One timed request, one line of samples.jsonl. A measure that the wire does not give is absent. */
export type Sample = {
  readonly scenario: string
  readonly warmth: Warmth
  /** Which server start it belongs to: the start, not the request, is the unit of comparison. */
  readonly boot: number
  readonly index: number
  /** Sent to warm the service up, with an index below 0: its latency counts nowhere, its failure does. */
  readonly warmUp?: true
  readonly outcome: 'completed' | FailureKind
  readonly message?: string
  /** Milliseconds after the run's start. */
  readonly sentAtMs: number
  readonly e2eMs: number
  readonly ttftMs?: number
  /** (last − first token time) / (tokens − 1); absent if tokens < 2 or the wire does not stream. */
  readonly tpotMs?: number
  readonly outputTokens?: number
  /** Start of the server → first good token (or first good answer where nothing streams); cold samples only. */
  readonly coldStartMs?: number
}

export type Unit = 'ms' | 'tokens/s' | 'requests/s' | 'ratio' | 'count'

/** One number of a run. `low` and `high` bound it at 95 %; absent where n does not allow an interval. */
export type Measurement = {
  readonly name: string
  readonly warmth: Warmth
  readonly unit: Unit
  readonly value: number
  readonly n: number
  readonly low?: number
  readonly high?: number
}

/** A measure that could not be taken, and why: said in reports instead of a 0. */
export type Unmeasured = { readonly name: string; readonly warmth: Warmth; readonly reason: string }
