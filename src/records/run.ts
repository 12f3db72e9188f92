import type { Check, PromiseEntry } from './check.ts'
import type { Expectation } from './expectation.ts'
import type { Sample } from './sample.ts'
import type { ServiceProfile } from './service.ts'
import type { Boot, TargetDescription } from './target.ts'
import type { Decision, Policy, RunState } from './verdict.ts'
import type { Waiver } from './waiver.ts'

/** Why a run ended before its end; absent for a whole run. */
export type Cut = {
  readonly kind: 'interrupted' | 'terminated' | 'target-lost' | 'time-spent'
  readonly reason: string
}

/** What was asked of a run: absent means everything. */
export type Selection = {
  readonly suites?: readonly string[]
  readonly tags?: readonly string[]
  /** The promises that the other flags leave, and how these were typed: `--grep chat`, `--gentle`, `--last-failed`. */
  readonly ids?: readonly string[]
  readonly by?: readonly string[]
}

/** The machine that judged. */
export type Environment = {
  readonly node: string
  readonly platform: string
  readonly cpus: number
  readonly memoryBytes: number
  readonly ci: boolean
}

/**
 * What must be equal for two runs to be comparable, or be named beside a difference; known before the first start, because it
 * cannot be found out later. What only the running service knows (its version, the id of its image) stands in the events.
 */
export type Fingerprint = {
  readonly targetName: string
  readonly model?: string
  /** The value of `--revision` in the command of the target. */
  readonly revision?: string
  readonly image?: string
  readonly digest?: string
  /** The command of the target as it was configured: the flags of its server. */
  readonly flags?: readonly string[]
  /** SHA-256 of the target's whole specification, in which secrets stand by name. */
  readonly targetHash: string
  readonly policyHash: string
  /** SHA-256 of the prompts that the benchmark sends and of the declared promises. */
  readonly promptSetHash: string
  readonly host: string
  readonly kernel: string
  readonly cpuModel: string
  /** Of the GPU in the judging machine, where there is one; a service elsewhere has its own. */
  readonly gpuDriver?: string
}

/** All that is known of a run before it begins. */
export type RunStart = {
  readonly runId: string
  readonly command: 'gate' | 'check' | 'bench'
  readonly startedAt: string
  readonly seed: number
  readonly toolVersion: string
  /** What is known of the target before it answers. */
  readonly target: TargetDescription
  readonly policy: Policy
  /** Absent: the run expects nothing beside its promises. */
  readonly expects?: Expectation
  /** Failures that do not count. */
  readonly waivers?: readonly Waiver[]
  readonly selection?: Selection
  /** The closed list: every promise that could be asked for, the user's included, before the selection. */
  readonly promises: readonly PromiseEntry[]
  readonly environment: Environment
  readonly fingerprint?: Fingerprint
}

/**
 * One line of the journal: what happened, in the order in which it did. Milliseconds after the run's start. A reader keeps
 * kinds that it does not know.
 */
export type RunEvent =
  | ({ readonly kind: 'started' } & RunStart)
  /** One start of the service was seen to its end. */
  | {
      readonly kind: 'observed'
      readonly atMs: number
      readonly boot: Boot
      readonly target: TargetDescription
    }
  | {
      readonly kind: 'profiled'
      readonly atMs: number
      readonly profile: ServiceProfile
      readonly target: TargetDescription
    }
  | { readonly kind: 'sampled'; readonly sample: Sample }
  | { readonly kind: 'checked'; readonly atMs: number; readonly check: Check }
  | {
      readonly kind: 'cut'
      readonly atMs: number
      readonly cut?: Cut
      /** An error of ours: the run could not go on. */
      readonly error?: Run['error']
    }
  /** On disk always with its decision. */
  | { readonly kind: 'ended'; readonly atMs: number; readonly decision?: Decision }

/** A run as its journal tells it. */
export type Run = RunStart & {
  readonly durationMs: number
  /** As far as the events tell; the verdict may find a complete run invalid. */
  readonly state: RunState
  readonly boots: readonly Boot[]
  readonly samples: readonly Sample[]
  /** In the order of the closed list. */
  readonly checks: readonly Check[]
  readonly profile?: ServiceProfile
  readonly cut?: Cut
  readonly error?: { readonly code: string; readonly message: string }
  /** What was decided when the run ended. */
  readonly decision?: Decision
}
