import type { EvidenceScope } from '../records/index.ts'

/** The world as a command sees it: handed in by cli.ts, so that a command can run in a test without a terminal. */
export type Io = {
  /** Results only: what a pipe or another tool reads. No line end is added. */
  stdout(text: string): void
  /** For people: phases, warnings, the verdict line. No line end is added. */
  stderr(text: string): void
  /** Whether stderr is a terminal: one updating line there, plain lines elsewhere. */
  readonly isTTY: boolean
  /** False with --no-color, NO_COLOR or no terminal. */
  readonly color: boolean
  /** Width of the terminal in columns; 80 where there is none. */
  readonly columns: number
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Asks the person at the terminal; absent where there is none. */
  ask?(question: string): Promise<string>
  /** Aborted by Ctrl-C or SIGTERM, with a `HarnessError` ('interrupted' or 'terminated') as its reason. */
  readonly signal: AbortSignal
}

/** `--reporter name[=path]`: the path replaces the reporter's own file in the run's folder. */
export type ReporterChoice = { readonly name: string; readonly path?: string }

/** The flags that every command of a run shares, as typed. Absent means: not given, so the next source decides. */
export type RunFlags = {
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
  readonly json?: boolean
  readonly quiet?: boolean
}
