import type {
  Accepted,
  Run,
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
  /** A target as a point names it, or its kind, its model, or its place (URL, profile or command). */
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

/** Runs and their measurements as they are kept; a reader takes no lock that a writer would wait for. */
export interface HistoryReader extends Disposable {
  /** The last values of a metric, oldest first. */
  trend(query: TrendQuery): readonly TrendPoint[]
  metrics(): readonly Metric[]
  /** The last complete run of the target that checked promises and passed. */
  lastAccepted(target: TargetIdentity): Accepted | undefined
  close(): void
}

/** The same in a file that several processes may write at once. */
export interface History extends HistoryReader {
  /** Keeps a judged run; one that is judged again replaces itself. */
  record(run: Run, verdict: Verdict): void
}
