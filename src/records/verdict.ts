import type { ExitCode } from '../errors.ts'
import type { Check } from './check.ts'
import type { Measurement, Unmeasured } from './sample.ts'
import type { TargetDescription } from './target.ts'
import type { WaiverUse } from './waiver.ts'

/** What a run must keep to be PASS, fixed before it. Milliseconds; ratios as fractions. */
export type Policy = {
  /** Warm p50 (e2e) may be at most this share of the cold start; default 0.3. */
  readonly warmToColdRatio: number
  /** Absolute budget of the warm e2e p50. */
  readonly warmE2eMsP50: number
  /** Fewer good warm samples than this decide nothing. */
  readonly minWarmSamples: number
  readonly minColdStarts: number
  /** Further limits by what is measured, such as `warm.ttftMsP99`. */
  readonly limits?: Readonly<Record<string, Limit>>
}

/** The largest or the smallest value that is allowed; `margin` is the share of it by which it may be missed. */
export type Limit = { readonly max?: number; readonly min?: number; readonly margin?: number }

/** A measured value held against a limit. */
export type Comparison = {
  readonly id: string
  readonly says: string
  readonly outcome: 'passed' | 'failed' | 'inconclusive' | 'not-applicable'
  readonly reason: string
  readonly value?: number
  readonly limit?: number
  /** Settings, by their environment variables, with which another run would tell; of an inconclusive one. */
  readonly wouldSettle?: Readonly<Record<string, number>>
}

/**
 * How far a run came. `complete`: each step of its plan ended. `interrupted`: it ended before, by a signal, its time budget, a
 * lost target or an error of ours. `invalid`: it came to its end, and what it holds cannot be evidence. `killed`: nobody was
 * there any more to end it. Only a complete run can PASS.
 */
export type RunState = 'complete' | 'interrupted' | 'invalid' | 'killed'

export type VerdictWord = 'PASS' | 'FAIL' | 'INCONCLUSIVE'

/** What a run came to, as its journal keeps it: a report renders this and decides nothing anew. */
export type Decision = {
  readonly verdict: VerdictWord
  readonly exitCode: ExitCode
  readonly state: RunState
  /** Worst first, each a sentence with the figure that decided. */
  readonly reasons: readonly string[]
  /** The command that would settle what is open; of an INCONCLUSIVE run. */
  readonly settledBy?: string
  readonly comparisons: readonly Comparison[]
  /** What became of each waiver; absent where there are none. */
  readonly waivers?: readonly WaiverUse[]
  readonly measurements: readonly Measurement[]
  readonly unmeasured: readonly Unmeasured[]
}

/** verdict.json: read by other tools, so its fields are kept; its JSON Schema stands in fixtures/schemas/. */
export type Verdict = Decision & {
  readonly schemaVersion: 2
  readonly runId: string
  readonly startedAt: string
  readonly durationMs: number
  readonly seed: number
  readonly toolVersion: string
  readonly target: TargetDescription
  readonly checks: readonly Check[]
}
