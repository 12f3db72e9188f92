import type { FailureKind, TurnedAway } from './generation.ts'
import type { Arm } from './pair.ts'
import type { ConnectionTimes } from './schedule.ts'
import type { Spoiler } from './validity.ts'

/** Cold: the first answer of a fresh start. Warm: after warm-up, no idle gap. Steady: under sustained load. Never mixed. */
export type Warmth = 'cold' | 'warm' | 'steady'

/** One timed request, one line of samples.jsonl. A measure that the wire does not give is absent. */
export type Sample = {
  readonly scenario: string
  readonly warmth: Warmth
  /** Which server start it belongs to: the start, not the request, is the unit of comparison. */
  readonly boot: number
  /** Of a pair: it belongs to this arm's start, and to no number of the run's own. */
  readonly arm?: Arm
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
  /** How long no request was sent before it; of the first answer after such a time. */
  readonly idleMs?: number
  /** Of each 303 that was followed (Modal's long calls), when it came, in milliseconds after the send. */
  readonly hopAtMs?: readonly number[]
} & Partial<LoadMeasures>

/** What a sample of a load says in addition; steady samples only. Milliseconds after the send, unless named otherwise. */
export type LoadMeasures = {
  /** Known once the load is over: not in samples.jsonl, the fold has it from `driven`. */
  readonly phase: 'warm-up' | 'steady' | 'cool-down'
  /** Of the warm-up: sent before any answer was complete. */
  readonly firstWave: true
  /** When it was due, in milliseconds after the run's start; absent in a closed loop. From here latency is `sendLagMs` more. */
  readonly dueAtMs: number
  readonly sendLagMs: number
  /** It was late because as many were in flight as may be: by the service's time, not by the client's. */
  readonly heldBack: true
  readonly headersMs: number
  readonly firstByteMs: number
  /** Of every event with content. */
  readonly chunkAtMs: readonly number[]
  readonly reads: number
  readonly bytes: number
  readonly events: number
  readonly inputTokens: number
  /** Output tokens that were asked for; `isLengthHeld`: no fewer either. */
  readonly maxTokens: number
  readonly isLengthHeld: true
  readonly finishReason: string
  readonly workload: string
  readonly session: { readonly id: string; readonly turn: number }
  readonly connection: ConnectionTimes
  /** The service had no room for it: no error of its own, a count of its own. */
  readonly turnedAway: TurnedAway
  /** Which of several threads sent it. */
  readonly worker: number
  /** Why this sample says little of the service: the client or its machine was late meanwhile. It stays in the run. */
  readonly spoiledBy: readonly Spoiler[]
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
  /** How many of its samples the client or its machine spoiled: they are in the number. Absent: none. */
  readonly spoiled?: number
  /** How far off the client itself was on a server whose times are known, in the same unit; it is not subtracted. */
  readonly clientError?: number
}

/** A measure that could not be taken, and why: said in reports instead of a 0. */
export type Unmeasured = { readonly name: string; readonly warmth: Warmth; readonly reason: string }
