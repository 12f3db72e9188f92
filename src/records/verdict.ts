import type { ExitCode } from '../errors.ts'
import type { Check } from './check.ts'
import type { ComparedMetric } from './compared-metric.ts'
import type { Versus } from './pair.ts'
import type { Measurement, Unmeasured } from './sample.ts'
import type { LoadSearch } from './search.ts'
import type { TargetDescription } from './target.ts'
import type { Throttle } from './throttle.ts'
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
  /**
   * Of a run that is held against a baseline: the margin of a metric, as a share of the baseline, or false: it is reported and not
   * gated. What it does not name is gated by default.
   */
  readonly regression?: Readonly<Partial<Record<ComparedMetric, number | false>>>
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
  /** ISO 8601: since when it does not hold; of a service that was watched. */
  readonly since?: string
  /** Why its failure does not count. */
  readonly waived?: string
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
  /** Of a run that was held against a baseline. */
  readonly versus?: Versus
  /** What became of each waiver; absent where there are none. */
  readonly waivers?: readonly WaiverUse[]
  readonly measurements: readonly Measurement[]
  readonly unmeasured: readonly Unmeasured[]
}

/** One thing that did not hold, however many checks show it. */
export type Finding = {
  readonly outcome: 'failed' | 'inconclusive'
  /** Whether it keeps the run from a PASS. */
  readonly required: boolean
  readonly reason: string
  /** The checks and comparisons that show it, the one to look at first in front; one with two causes stands in two findings. */
  readonly checks: readonly [string, ...string[]]
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
  /** Absent: the service turned nothing away because of load. */
  readonly throttle?: Throttle
  /** Of a run that sent a sequence of loads. */
  readonly search?: LoadSearch
  readonly checks: readonly Check[]
  /** What did not hold, each cause once, worst first. */
  readonly findings: readonly Finding[]
}
