import type {
  Accepted,
  Fingerprint,
  Night,
  Run,
  RunStart,
  RunState,
  SeriesKey,
  StartFigures,
  TargetDescription,
  Unit,
  Verdict,
  VerdictWord,
  Warmth,
} from '../records/index.ts'

/** One run's value of a metric. */
export type TrendPoint = {
  readonly runId: string
  readonly startedAt: string
  readonly verdict: VerdictWord
  /** What was measured: only points of one target are comparable. */
  readonly target: string
  readonly warmth: Warmth
  readonly unit: Unit
  readonly value: number
  readonly n: number
  readonly low?: number
  readonly high?: number
}

export type TrendQuery = {
  readonly metric: string
  readonly warmth?: Warmth
  /** A target by its name in the configuration, as a point names it, or by its kind, its model, or its place (URL, profile or command). */
  readonly target?: string
  /** The newest so many of each series, which is one target and one warmth. */
  readonly limit: number
}

export type Metric = {
  readonly name: string
  readonly warmth: Warmth
  readonly unit: Unit
  readonly runs: number
}

/** Which target a run is to be of. */
export type TargetIdentity = {
  /** Its name in the configuration; `url` for one that a flag or a variable gave. */
  readonly name: string
  /** A name may come to speak another wire, and then has other capabilities. */
  readonly dialect: string
  /** For a name that says nothing: the service's address. */
  readonly url?: TargetDescription['url']
}

/** What each start of a run measured; computed by whoever records it. */
export type RunFigures = {
  readonly starts: readonly StartFigures[]
  /** Of the target that was measured beside it in the same night. */
  readonly reference?: readonly StartFigures[]
}

/** One series, and which of its nights. */
export type NightsQuery = SeriesKey & {
  /** The newest so many; absent: all. */
  readonly limit?: number
}

/** A run that other runs can be compared with. */
export type KeptRun = {
  readonly runId: string
  readonly startedAt: string
  readonly command: RunStart['command']
  /** By the configuration's name; its URL where only that names it. */
  readonly target: string
  readonly verdict: VerdictWord
  readonly state: RunState
  readonly toolVersion?: string
  /** Of runs that this version or a later one recorded. */
  readonly fingerprint?: Fingerprint
  readonly hardware: string
  readonly starts: readonly StartFigures[]
}

/** One line of the log of baselines: the last one of a target names its baseline. */
export type Promotion = {
  readonly target: string
  readonly runId: string
  readonly reason: string
  readonly by: string
  /** ISO 8601. */
  readonly at: string
  /** The baseline until then. */
  readonly replaces?: string
}

/** The nights of a series from one run on are accepted as its level, whatever it was before. */
export type TrendAcceptance = {
  readonly series: SeriesKey
  /** The first night of the accepted segment. */
  readonly runId: string
  readonly reason: string
  readonly by: string
  /** ISO 8601. */
  readonly at: string
}

/** What an import came to: entries that were added, and those that were there already. */
export type Imported = { readonly added: number; readonly present: number }

/**
 * What started before that moment (ISO 8601), except the last accepted and the newest run of each target; or one run, whenever it
 * was.
 */
export type Prunable = { readonly before: string } | { readonly runId: string }

/** What is taken away, or would be, and what is as old and stays. */
export type Pruned = {
  readonly removed: readonly PrunedRun[]
  readonly kept: readonly (PrunedRun & { readonly because: string })[]
}

export type PrunedRun = Pick<KeptRun, 'runId' | 'startedAt' | 'target' | 'verdict'>

/** A run in a list. */
export type ListedRun = Pick<KeptRun, 'runId' | 'startedAt' | 'command' | 'target' | 'verdict' | 'state'>

/** `jsonl`: all that is kept, each run sealed. `csv`: the points of the series, a line each. */
export type ExchangeFormat = 'jsonl' | 'csv'

export interface BaselineReader {
  /** The promoted run of a target. Throws `store-unusable` where a promoted run is not in the history any more. */
  current(target: string): Promise<{ readonly promotion: Promotion; readonly run: KeptRun } | undefined>
  /** Every promotion, oldest first; of one target or of all. */
  list(target?: string): Promise<readonly Promotion[]>
}

export interface Baselines extends BaselineReader {
  /**
   * Makes a complete PASS that checked promises and measured its starts the baseline of its target. Compare-and-swap: throws
   * `usage` where the baseline is not `expected` any more (`undefined`: there is none), or where the run cannot be one.
   */
  promote(what: {
    readonly runId: string
    readonly reason: string
    readonly by: string
    readonly at: string
    readonly expected: string | undefined
  }): Promise<Promotion>
}

/** Runs and their measurements as they are kept; a reader takes no lock that a writer would wait for. */
export interface HistoryReader extends AsyncDisposable {
  /** The last values of a metric, oldest first. */
  trend(query: TrendQuery): Promise<readonly TrendPoint[]>
  metrics(): Promise<readonly Metric[]>
  /** The baseline of the target, where a run was promoted; else its last complete run that checked promises and passed. */
  lastAccepted(target: TargetIdentity): Promise<Accepted | undefined>
  /** Every series that has a night; of one target or of all. */
  series(target?: string): Promise<readonly SeriesKey[]>
  /** Oldest first. */
  nights(query: NightsQuery): Promise<readonly Night[]>
  run(runId: string): Promise<KeptRun | undefined>
  /** The newest so many, newest first; of one target or of all. */
  runs(query: { readonly target?: string; readonly limit: number }): Promise<readonly ListedRun[]>
  /** Complete PASSes of a target that measured their starts, newest first: how far an unchanged service drifts from run to run. */
  acceptedRuns(target: string, limit: number): Promise<readonly KeptRun[]>
  readonly baseline: BaselineReader
  /** Oldest first; of one target or of all. */
  acceptances(target?: string): Promise<readonly TrendAcceptance[]>
  /** Hands on all that is kept at one moment, in pieces of text: equal content is equal text. */
  export(format: ExchangeFormat, keep: (text: string) => void): Promise<{ readonly entries: number }>
  /** What may be taken away of it: never a baseline, nor a run with which an accepted trend begins. */
  prunable(what: Prunable): Promise<Pruned>
  close(): Promise<void>
}

/** The same in a store that several processes may write at once. */
export interface History extends HistoryReader {
  /**
   * Keeps a judged run, which is sealed by that: with equal content it may be recorded again, with any other it is refused
   * (`store-unusable`).
   */
  record(run: Run, verdict: Verdict, figures: RunFigures): Promise<void>
  readonly baseline: Baselines
  /** All of them are kept, or none. */
  acceptTrend(acceptances: readonly TrendAcceptance[]): Promise<void>
  /**
   * Adds what a text holds that `export` wrote; what is there already stays. Throws `usage` with the numbers of the lines that are
   * wrong or contradict what is there: nothing is imported then. `file` is its name in errors.
   */
  import(format: ExchangeFormat, file: string, text: string): Promise<Imported>
  /** Takes away what `prunable` names. */
  prune(what: Prunable): Promise<Pruned>
}
