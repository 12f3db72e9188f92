import type { ExitCode } from '../errors.ts'
import type { Check } from './check.ts'
import type { Measurement, Unmeasured } from './sample.ts'
import type { Boot, TargetDescription } from './target.ts'

/** What a run must keep to be PASS, fixed before it. Milliseconds; ratios as fractions. */
export type Policy = {
  /** Warm p50 (e2e) may be at most this share of the cold start; default 0.3. */
  readonly warmToColdRatio: number
  /** Absolute budget of the warm e2e p50. */
  readonly warmE2eMsP50: number
  /** Fewer good warm samples than this decide nothing. */
  readonly minWarmSamples: number
  readonly minColdStarts: number
}

/** A measured value held against a limit. */
export type Comparison = {
  readonly id: string
  readonly says: string
  readonly outcome: 'passed' | 'failed' | 'inconclusive' | 'not-applicable'
  readonly reason: string
  readonly value?: number
  readonly limit?: number
}

/** Why a run ended before its end; absent for a whole run. */
export type Cut = {
  readonly kind: 'interrupted' | 'terminated' | 'target-lost' | 'time-spent' | 'not-generating'
  readonly reason: string
}

/** The part of a run that is known before it is judged: run.json. */
export type Run = {
  readonly runId: string
  readonly command: 'gate' | 'check' | 'bench'
  readonly startedAt: string
  readonly durationMs: number
  readonly seed: number
  readonly toolVersion: string
  readonly target: TargetDescription
  readonly policy: Policy
  /** What was asked for: absent means everything. */
  readonly selection?: { readonly suites?: readonly string[]; readonly tags?: readonly string[] }
  readonly environment: {
    readonly node: string
    readonly platform: string
    readonly cpus: number
    readonly memoryBytes: number
    readonly ci: boolean
  }
  readonly boots: readonly Boot[]
  readonly checks: readonly Check[]
  readonly cut?: Cut
  readonly error?: { readonly code: string; readonly message: string }
}

export type VerdictWord = 'PASS' | 'FAIL' | 'INCONCLUSIVE'

/** verdict.json: read by other tools, so its fields are kept; its JSON Schema stands in fixtures/schemas/. */
export type Verdict = {
  readonly schemaVersion: 2
  readonly runId: string
  readonly verdict: VerdictWord
  readonly exitCode: ExitCode
  readonly partial: boolean
  readonly startedAt: string
  readonly durationMs: number
  readonly seed: number
  readonly toolVersion: string
  readonly target: TargetDescription
  /** Worst first, each a sentence with the figure that decided. */
  readonly reasons: readonly string[]
  readonly checks: readonly Check[]
  readonly comparisons: readonly Comparison[]
  readonly measurements: readonly Measurement[]
  readonly unmeasured: readonly Unmeasured[]
}
