import type { SecretSource } from '../secret.ts'
import type { Expects } from './expectation.ts'
import type { FailureKind } from './generation.ts'
import type { ScaleToZero } from './scale-to-zero.ts'
import type { Operation, SecretHeader, ServiceAddress, TlsFiles } from './service.ts'
import type { ProcessUse } from './service-use.ts'

type TargetCommon = {
  readonly dialect: string
  readonly dialectModule?: string
  readonly model?: string
  readonly urls?: Partial<Readonly<Record<Operation, string>>>
  readonly secretHeaders?: readonly SecretHeader[]
  readonly tls?: TlsFiles
  /** How long a start may take until the first good generation. */
  readonly readyTimeoutMs: number
  /**
   * How long after health first said yes a generation may hang or be refused as busy (502, 503, 504, 429) before the
   * target counts as not generating; 40 s when absent. For a service whose health is green while the model loads.
   */
  readonly firstAnswerTimeoutMs?: number
  /** The most requests in flight at a time, and the most checks; absent: 4 checks, and as many requests as they send. */
  readonly maxConcurrency?: number
  /** The most requests in a minute; absent: what the service's refusals teach. */
  readonly requestsPerMinute?: number
  /** Others use it meanwhile, or several processes answer: its counters are not this run's alone. */
  readonly shared?: true
  /** What is a finding when it is missing. */
  readonly expects?: Expects
}

export type SimulatorTarget = TargetCommon & {
  readonly kind: 'simulator'
  readonly profile: string
  readonly faults: readonly string[]
  readonly seed: number
}

export type ProcessTarget = TargetCommon & {
  readonly kind: 'process'
  /** `{port}` in any argument, in `env` and in `urls` becomes the port. */
  readonly command: readonly [string, ...string[]]
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Absent: a free one is chosen. */
  readonly port?: number
}

export type UrlTarget = TargetCommon & {
  readonly kind: 'url'
  readonly baseUrl?: string
  /** Its platform stops it while nobody asks. */
  readonly scaleToZero?: ScaleToZero
}

/** A service that a container engine of this machine runs, published on 127.0.0.1 only. Sizes are bytes. */
export type ContainerTarget = TargetCommon & {
  readonly kind: 'container'
  readonly image: string
  /** `sha256:…`: what the image must be, a registry's digest or an image id. */
  readonly digest?: string
  readonly entrypoint?: readonly string[]
  /** `{port}` here and in `env` is `containerPort`; in `urls` it is the published port. */
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Variables whose values no report shows. */
  readonly secretEnv?: readonly { readonly name: string; readonly source: SecretSource }[]
  readonly containerPort: number
  /** The published port. Absent: the engine chooses a free one at each start. */
  readonly port?: number
  readonly mounts: readonly ContainerMount[]
  readonly gpus?: 'all' | number | readonly string[]
  /** Absent: 80 % of the engine's memory. */
  readonly memoryBytes?: number
  readonly shmBytes: number
  readonly pidsLimit: number
  readonly ipc?: 'private' | 'shareable' | 'host'
  readonly user?: string
  /** What vLLM needs back after all capabilities were dropped: nothing, as far as was seen. */
  readonly capAdd?: readonly string[]
  /** SIGTERM → SIGKILL. */
  readonly stopGraceMs: number
  /** When any later run may take the container away, whoever started it. */
  readonly timeToLiveMs: number
  /** What `doctor` holds against the machine before anything is pulled. */
  readonly needs?: { readonly gpuMemoryGiB?: number; readonly diskGiB?: number }
}

export type ContainerMount = { readonly source: string; readonly target: string; readonly writable: boolean }

export type TargetSpec = SimulatorTarget | ProcessTarget | UrlTarget | ContainerTarget

/** One attempt of the readiness wait, `atMs` after the start. */
export type BootAttempt = {
  readonly atMs: number
  readonly what: 'port' | 'health' | 'generate'
  readonly tookMs: number
  readonly failure?: FailureKind
  /** The HTTP status of a failed attempt, when one was received. */
  readonly status?: number
  /** The service has no such route, or not for this method. */
  readonly routeAbsent?: true
  readonly message?: string
}

/**
 * One start of a service. Phases are milliseconds after the start; a phase never reached is absent.
 * `generating` is the only ready state: health alone proves nothing.
 */
export type Boot = {
  readonly index: number
  /** A service that already ran (`found`) has no cold start; one that slept (`woken`) has that of the request that woke it. */
  readonly origin: 'started' | 'found' | 'woken'
  readonly outcome: 'generating' | 'not-generating'
  readonly portMs?: number
  readonly healthMs?: number
  /** Start → the first good generation complete. */
  readonly firstGenerationMs?: number
  /** Start → first good token; absent where the wire does not stream. */
  readonly firstTokenMs?: number
  /** The first generation asked for after health first said yes, and how long after it: proves or refutes "ready". */
  readonly firstAfterHealth?: BootAttempt & { readonly afterHealthMs: number }
  /** The last attempts, newest last; bounded. */
  readonly attempts: readonly BootAttempt[]
  /** What the last failed generation said, when `not-generating`. */
  readonly reason?: string
}

/** What stands in reports about the target: enough to know whether two runs are comparable, nothing secret. */
export type TargetDescription = {
  readonly kind: TargetSpec['kind']
  readonly dialect: string
  readonly model?: string
  readonly version?: string
  readonly url?: string
  readonly command?: readonly string[]
  readonly profile?: string
  readonly faults?: readonly string[]
  readonly container?: ContainerDescription
}

/** Which image ran, by which engine, and everything that was said to it: two runs that differ here are not the same target. */
export type ContainerDescription = {
  readonly image: string
  readonly imageId: string
  /** The registry's; an image that was built or imported here has none. */
  readonly imageDigest?: string
  readonly engine: { readonly address: string; readonly version: string }
  readonly flags: Readonly<Record<string, string | number | readonly string[]>>
}

export type ProcessExit = {
  readonly code: number | null
  readonly signal: string | null
  readonly atMs: number
}

/** A started (or found) service. Disposing stops it with everything it started; a found one is left alone. */
export interface RunningTarget extends AsyncDisposable {
  readonly address: ServiceAddress
  readonly description: TargetDescription
  readonly boot: Boot
  /** The last lines that the service wrote. */
  logTail(): readonly string[]
  /** How it ended, once it has ended without being asked to; undefined while it runs. Always undefined for `url`. */
  exit(): ProcessExit | undefined
  /** Memory and CPU time of all that was started; absent, or undefined, where nobody can tell. */
  use?(): ProcessUse | undefined
  stop(): Promise<void>
}

/**
 * What one attempt of the readiness wait came to. Its times count from when the probe was asked, whatever it had to send more
 * than once: `ttftMs` to the first token of the good generation, `e2eMs` to its end.
 */
export type ProbeOutcome =
  | { readonly ok: true; readonly ttftMs?: number; readonly e2eMs: number }
  | {
      readonly ok: false
      readonly failure: FailureKind
      readonly message: string
      readonly status?: number
      /** The service has no such route, or not for this method. */
      readonly routeAbsent?: true
    }

/** The client's eyes for the target stage (siblings do not import each other; the composition root joins them). */
export interface Probe {
  health(address: ServiceAddress, signal: AbortSignal): Promise<ProbeOutcome>
  /** Eight greedy tokens: good means text, a finish reason and no error. */
  generate(address: ServiceAddress, signal: AbortSignal): Promise<ProbeOutcome>
}
