import type { EvidenceScope, Policy, TargetSpec, Waiver } from '../records/index.ts'
import type { DeploySettings } from './deploy-settings.ts'

/** Where a value came from, strongest first. */
export type Origin = {
  readonly from: 'flag' | 'environment' | 'file' | 'default'
  /** The flag, variable or file; absent for a default. */
  readonly name?: string
}

/** The target that is measured beside the candidate each night; absent: none. */
export type Nightly = { readonly reference?: string }

/** What the file says of `watch`; times as they are typed, paths absolute. */
export type WatchConfig = {
  readonly requests?: number
  readonly every?: string
  readonly for?: string
  readonly logs?: string
  readonly logFile?: string
  readonly onFail?: string
  readonly alpha?: number
}

export type Bench = { readonly coldStarts: number; readonly warmRequests: number; readonly warmup: number }

/** `name` or `name=path`, taken apart. */
export type ReporterSetting = { readonly name: string; readonly path?: string }

/** What is judged. */
export type ChosenTarget = { readonly targetName: string; readonly target: TargetSpec }

/** All that is configured beside the target. Paths are absolute. */
export type Settings = {
  /** The user's own suite files. */
  readonly suites: readonly string[]
  /** The user's own files of cases. */
  readonly cases?: readonly string[]
  readonly policy: Policy
  readonly bench: Bench
  readonly nightly?: Nightly
  readonly watch?: WatchConfig
  readonly maxSeconds: number
  /** False where `maxSeconds` is the default, which grows with the pace of the service. */
  readonly isBudgetGiven?: boolean
  readonly checkSeconds: number
  readonly evidence: EvidenceScope
  readonly reportsDir: string
  readonly history: string
  /** Absent: each run draws a fresh one. */
  readonly seed?: number
  readonly reporters: readonly ReporterSetting[]
  readonly waivers: readonly Waiver[]
  /** Of the chosen target: how a new version of it comes to run. */
  readonly deploy?: DeploySettings
}

/** What the plan of a run is made of. */
export type ConfigValues = Settings &
  ChosenTarget & {
    /** What it is held against, start by start. */
    readonly against?: ChosenTarget
  }

/** One validated configuration. It has no target where neither a flag nor the environment nor the file names one. */
export type ResolvedConfig = {
  readonly values: Settings & Partial<ChosenTarget> & Pick<ConfigValues, 'against'>
  /** By dotted key, such as `bench.coldStarts` or `target.model`. */
  readonly origins: ReadonlyMap<string, Origin>
  readonly file?: string
  /** The targets that the file describes. */
  readonly targetNames: readonly string[]
}

/** A configuration that names what is judged. */
export type RunConfig = ResolvedConfig & { readonly values: ConfigValues }

/** What the command line gave; everything else that a command's flags hold is not the configuration's. */
export type ConfigFlags = {
  readonly target?: string
  readonly url?: string
  readonly against?: string
  readonly againstUrl?: string
  readonly dialect?: string
  readonly model?: string
  readonly faults?: readonly string[]
  readonly profile?: string
  readonly seed?: number
  readonly maxSeconds?: number
  readonly checkSeconds?: number
  readonly evidence?: EvidenceScope
  readonly coldStarts?: number
  readonly warmRequests?: number
  /** Of `nightly`: the target to measure beside the candidate. */
  readonly reference?: string
  readonly reportsDir?: string
  readonly history?: string
  readonly reporters?: readonly ReporterSetting[]
  /** Limits of a load, as typed: `ttftMsP99<500`. */
  readonly slo?: readonly string[]
}

/** The closed lists that other stages own: an unknown word is refused before anything runs. */
export type KnownNames = {
  readonly faults?: readonly string[]
  readonly profiles?: readonly string[]
  readonly dialects?: readonly string[]
  /** What `policy.limits` may name, and whether its value is the largest or the smallest that is allowed. */
  readonly limits?: Readonly<Record<string, 'max' | 'min'>>
}

export type ConfigInput = {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly flags: ConfigFlags
  /** The file named by `--config`. */
  readonly file?: string | undefined
  readonly known?: KnownNames
}
