import type { ComparedMetric } from './compared-metric.ts'
import type { Fingerprint } from './fingerprint.ts'
import type { TargetDescription } from './target.ts'
import type { VersusRule } from './versus-rule.ts'

/** What one start of a service measured, its warm-up left out: the unit in which two versions are compared. */
export type StartFigures = {
  readonly boot: number
  /** Milliseconds; tokens/s. Absent: not measured, or not estimable from so few requests. */
  readonly values: Readonly<Partial<Record<ComparedMetric, number>>>
  /** Warm requests, and how many of them failed. */
  readonly requests: number
  readonly failed: number
  /** The median of an answer: longer ones take longer, and are no slower service. */
  readonly outputTokens?: number
  /** Why it could not be measured to its end: it did not generate, or ended by itself. */
  readonly broken?: string
}

export type Arm = 'baseline' | 'candidate'

/** One start of each arm, back to back on one machine. */
export type Pair = {
  readonly index: number
  /** By coin flip: whatever favours the first or the second favours neither arm. */
  readonly first: Arm
  readonly baseline: StartFigures
  readonly candidate: StartFigures
  /** Why the pair tells nothing (a validity check failed, by which arm); it is counted, and is never slow. */
  readonly void?: { readonly reason: string; readonly arm?: Arm }
}

/** Why no more pairs were measured. */
export type PairsEnd = {
  /** `not-needed`: the run failed without them. */
  readonly by: 'decided' | 'cap' | 'max-seconds' | 'voids' | 'baseline' | 'candidate' | 'not-needed'
  readonly reason: string
}

/** What becomes of a comparison that its pairs leave open: more pairs up to the cap and then INCONCLUSIVE, or a word by choice. */
export type OnInconclusive = 'fail' | 'pass' | 'extend'

/** The target that is measured beside a run's own, start by start. */
export type Against = {
  readonly targetName: string
  /** What is known of it before it answers. */
  readonly target: TargetDescription
  readonly fingerprint?: Fingerprint
  /** Fixed before the first pair; its last look is the most pairs that count. */
  readonly rule: VersusRule
  readonly onInconclusive: OnInconclusive
  /** As those of a stored baseline. */
  readonly differences?: readonly string[]
  readonly allowed?: readonly string[]
}

/** An accepted run, as far as another run is compared with it: known before the other begins. */
export type StoredBaseline = {
  readonly runId: string
  /** Of a night: how many accepted nights it stands for; the run is the last of them. */
  readonly nights?: number
  readonly startedAt: string
  readonly starts: readonly StartFigures[]
  /**
   * By metric: the standard deviation of log(value) from run to run of an unchanged service, and from how many runs it is known;
   * 0 runs: it is assumed.
   */
  readonly drift: Readonly<Partial<Record<ComparedMetric, { readonly sd: number; readonly runs: number }>>>
  /** In what it differs from this run, as `field: that → this`. */
  readonly differences?: readonly string[]
  /** Those of them that make the two runs unlike: each was allowed by its name. */
  readonly allowed?: readonly string[]
}

/** One metric of two versions. Changes are fractions of the baseline, + is worse (of tokens/s: fewer). */
export type Change = {
  readonly metric: ComparedMetric
  readonly baseline: number
  readonly candidate: number
  readonly change: number
  /** 95 %; of one start it has none. */
  readonly low?: number
  readonly high?: number
  /** What the worsening is shown to stay below, at what may be spent here: where it is below the margin, the metric is kept. */
  readonly upper?: number
  /** Pairs; starts of the arm with fewer of them where they are not paired. */
  readonly n: number
  /** The largest worsening that is tolerated; absent: the metric is reported, not gated. */
  readonly margin?: number
  /** Of "it is worse", adjusted for the family of gated metrics. */
  readonly p?: number
  readonly outcome: 'worse' | 'kept' | 'open' | 'reported'
}

/** What holding a candidate against a baseline came to. */
export type Versus = {
  readonly mode: 'paired' | 'stored'
  /** A run's id, or a target's name. */
  readonly baseline: string
  /** Of a night: how many accepted nights the baseline stands for; the run is the last of them. */
  readonly nights?: number
  readonly candidate: string
  readonly changes: readonly Change[]
  /** Pairs that count, and those that tell nothing, by reason. */
  readonly pairs?: { readonly used: number; readonly voids: readonly string[] }
  /** Why no more of them were measured. */
  readonly ended?: PairsEnd
  /** Failed of asked, by arm; p of "the candidate fails more often". */
  readonly errors?: {
    readonly baseline: readonly [failed: number, requests: number]
    readonly candidate: readonly [failed: number, requests: number]
    readonly p: number
    readonly outcome: 'worse' | 'kept' | 'open'
  }
  /** How many pairs would settle what is open; absent: nothing is, or no number would. */
  readonly settledByPairs?: number
  /** Of a stored baseline: how far a run of an unchanged service moves by itself, which is in every interval. */
  readonly drift?: StoredBaseline['drift']
  /** What limits the comparison or is missing of it, in sentences. */
  readonly remarks?: readonly string[]
  /** In what the two differ beside their speed, as `field: that → this`. */
  readonly differences: readonly string[]
  /** Those of them that make the two unlike: each was allowed by its name. */
  readonly allowed?: readonly string[]
}
