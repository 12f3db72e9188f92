import type { LoadSpec } from '../benchmark/index.ts'
import type { EvidenceScope, OnInconclusive } from '../records/index.ts'
import type { ProgressMode } from '../reporters/index.ts'

/** The world as a command sees it: handed in by cli.ts, so that a command can run in a test without a terminal. */
export type Io = {
  /** Results only: what a pipe or another tool reads. No line end is added. */
  stdout(text: string): void
  /** For people: phases, warnings, the verdict line. No line end is added. */
  stderr(text: string): void
  /** Whether people read stderr at a terminal: lines are broken at its width. */
  readonly isTTY: boolean
  /** Whether that terminal can redraw lines: not with TERM=dumb. Absent: it cannot. */
  readonly isLive?: boolean
  /** False with --no-color, NO_COLOR or no terminal. */
  readonly color: boolean
  /** Width of the terminal in columns, as it is now; 80 where there is none. */
  readonly columns: number
  /** Calls `act` before the program ends, however it ends. */
  beforeExit?(act: () => void): void
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** The words behind `infergate` on the command line; absent where nobody typed any. */
  readonly typed?: readonly string[]
  /** Calls `act` on SIGHUP, which then ends nothing, until it is disposed. Absent: there is no such signal. */
  onHangup?(act: () => void): Disposable
  /** Asks the person at the terminal; absent where there is none. */
  ask?(question: string): Promise<string>
  /** Aborted by Ctrl-C or SIGTERM, with a `HarnessError` ('interrupted' or 'terminated') as its reason. */
  readonly signal: AbortSignal
}

/** `--reporter name[=path]`: the path replaces the reporter's own file in the run's folder. */
export type ReporterChoice = { readonly name: string; readonly path?: string }

/** What a run is held against, start by start. */
export type AgainstFlags = {
  /** A target's name, as `--target` takes it. */
  readonly against?: string
  readonly againstUrl?: string
  readonly pairs?: number
  readonly onInconclusive?: OnInconclusive
}

/** The flags that every command of a run shares, as typed. Absent means: not given, so the next source decides. */
export type RunFlags = AgainstFlags & {
  /** A kind (`simulator`, `process`, `url`) or the name of a target in the configuration. */
  readonly target?: string
  readonly url?: string
  readonly dialect?: string
  readonly model?: string
  /** The configuration file. */
  readonly config?: string
  readonly suites?: readonly string[]
  readonly tags?: readonly string[]
  readonly grep?: string
  readonly gentle?: boolean
  readonly lastFailed?: boolean
  /** Show what a run would check, or cost, and send nothing. */
  readonly list?: boolean
  readonly plan?: boolean
  readonly faults?: readonly string[]
  readonly profile?: string
  readonly seed?: number
  readonly maxSeconds?: number
  readonly evidence?: EvidenceScope
  readonly reportsDir?: string
  readonly reporters?: readonly ReporterChoice[]
  /** The load of `bench`. */
  readonly load?: LoadSpec
  /** Limits of that load, as typed. */
  readonly slo?: readonly string[]
  /** Of `bench`: milliseconds without a request before one more answer. */
  readonly idle?: number
  /** False: no cold starts of a target that scales to zero. */
  readonly cold?: boolean
  /** Of `nightly`: the target that is measured beside the candidate. */
  readonly reference?: string
  /** The saved run that this one is held against, or `last-good`. */
  readonly baseline?: string
  /** Fields in which the two may be unlike. */
  readonly allowDifference?: readonly string[]
  readonly json?: boolean
  readonly quiet?: boolean
  readonly progress?: ProgressMode
}
