import type { Load } from '../load.ts'
import type { Calibration } from './calibration.ts'
import type { Check, PromiseEntry } from './check.ts'
import type { Expectation } from './expectation.ts'
import type { Fingerprint } from './fingerprint.ts'
import type { LoadPlanned, LoadRun } from './load-run.ts'
import type { Against, Arm, Pair, PairsEnd, StartFigures, StoredBaseline } from './pair.ts'
import type { Sample } from './sample.ts'
import type { PlannedSleep, WakeUp } from './scale-to-zero.ts'
import type { LoadSearch } from './search.ts'
import type { ServiceProfile } from './service.ts'
import type { ServiceUse } from './service-use.ts'
import type { Boot, TargetDescription } from './target.ts'
import type { Throttle } from './throttle.ts'
import type { Decision, Policy, RunState } from './verdict.ts'
import type { Waiver } from './waiver.ts'
import type { Watched } from './watch.ts'

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

/** What makes a run a night: a run of another command is no point of a series. */
export type NightlyRun = {
  /** What the reference target measured just before: what both have in common is the machine's. Absent: nothing was measured. */
  readonly reference?: {
    readonly targetName: string
    readonly runId: string
    readonly starts: readonly StartFigures[]
  }
}

/** All that is known of a run before it begins. */
export type RunStart = {
  readonly runId: string
  readonly command: 'gate' | 'check' | 'bench' | 'watch'
  readonly startedAt: string
  /** The words of the command line, settings of the environment first; no secret is in plain sight. Absent: nobody typed one. */
  readonly typed?: readonly string[]
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
  /** Its target scales to zero. Absent: it does not, as far as is known. */
  readonly scaleToZero?: PlannedSleep
  /** The accepted run that this one is held against. */
  readonly baseline?: StoredBaseline
  /** The target that is measured beside this run's own, start by start. */
  readonly against?: Against
  /** Of `nightly`: the run is a night of its series. */
  readonly night?: NightlyRun
  /** Of `trend confirm`: what moved, and is measured again. */
  readonly confirms?: { readonly targetName: string; readonly metric: string; readonly since: string }
  /** Of `deploy`: the version that it brings live, which a run of its own could not judge once that was rolled back. */
  readonly deploys?: { readonly targetName: string; readonly release?: string }
}

/**
 * One line of the journal: what happened, in the order in which it did. Milliseconds after the run's start. A reader keeps
 * kinds that it does not know.
 */
export type RunEvent =
  | ({ readonly kind: 'started' } & RunStart)
  /** One start of the service was seen to its end; with an arm: of one of a pair, which is no start of the run's own. */
  | {
      readonly kind: 'observed'
      readonly atMs: number
      readonly boot: Boot
      readonly target: TargetDescription
      readonly arm?: Arm
    }
  | {
      readonly kind: 'profiled'
      readonly atMs: number
      readonly profile: ServiceProfile
      readonly target: TargetDescription
    }
  /** How busy the judging machine was while it timed the warm answers. */
  | { readonly kind: 'loaded'; readonly atMs: number; readonly load: Load }
  | { readonly kind: 'sampled'; readonly sample: Sample }
  /** A load is about to be sent. */
  | { readonly kind: 'scheduled'; readonly atMs: number; readonly planned: LoadPlanned }
  /** What was seen of the service from inside while a load was sent. */
  | {
      readonly kind: 'counted'
      readonly atMs: number
      /** That of the load's samples; absent in older journals. */
      readonly scenario?: string
      readonly use: ServiceUse
    }
  /** The client of a load, named by the scenario of its samples, was held against a server of known times. */
  | {
      readonly kind: 'calibrated'
      readonly atMs: number
      readonly scenario: string
      readonly calibration: Calibration
    }
  /** A load was sent to its end. */
  | { readonly kind: 'driven'; readonly atMs: number; readonly driven: LoadRun }
  /** A sequence of loads came to its end: what they show together. */
  | { readonly kind: 'searched'; readonly atMs: number; readonly search: LoadSearch }
  /** The service was left alone until it should sleep, and asked again. */
  | { readonly kind: 'woken'; readonly atMs: number; readonly wakeUp: WakeUp }
  /** Cold starts that were planned are not measured. */
  | { readonly kind: 'unwoken'; readonly atMs: number; readonly reason: string }
  /** One start of the baseline and one of the candidate were measured, back to back. */
  | { readonly kind: 'paired'; readonly atMs: number; readonly pair: Pair }
  /** No more pairs are measured. */
  | { readonly kind: 'compared'; readonly atMs: number; readonly end: PairsEnd }
  /** The service had turned requests away, which were sent again: what that came to, once it is over. */
  | { readonly kind: 'throttled'; readonly atMs: number; readonly throttle: Throttle }
  /** A watch came to its end, or was stopped. */
  | { readonly kind: 'watched'; readonly atMs: number; readonly watched: Watched }
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
  readonly throttle?: Throttle
  readonly load?: Load
  /** The loads that were sent to their end. */
  readonly loads?: readonly LoadRun[]
  /** What they show together, where they were the steps of a search or a sweep. */
  readonly search?: LoadSearch
  readonly wakeUps?: readonly WakeUp[]
  /** Why cold starts that were planned are not among them. */
  readonly unwoken?: string
  readonly pairs?: readonly Pair[]
  /** Absent, of a run against another target: it ended before its pairs did. */
  readonly pairsEnd?: PairsEnd
  /** The samples of all pairs, of both arms; none of them is in `samples`. */
  readonly pairedSamples?: readonly Sample[]
  /** Of the last of them. */
  readonly serviceUse?: ServiceUse
  /** Of `watch`: absent where its process was killed. */
  readonly watched?: Watched
  readonly cut?: Cut
  readonly error?: { readonly code: string; readonly message: string }
  /** What was decided when the run ended. */
  readonly decision?: Decision
}
