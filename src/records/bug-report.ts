import type { Evidence } from './check.ts'
import type { VerdictWord } from './verdict.ts'

/** By what an answer is known to show the same failure as the recorded one. */
export type SignKind =
  /** The closed kind of the failure, its status and what the service said, without ids and numbers. */
  | 'failure'
  /** The text is held to the constraint of its own request again. */
  | 'constraint'
  /** When the pieces of a stream came. */
  | 'arrival'
  /** The check itself is run again. */
  | 'check'

/** So many of so many tries showed the failure. */
export type Tries = { readonly shown: number; readonly of: number }

/** What came of running the curl itself. */
export type CurlRun = {
  readonly version: string
  readonly exitCode: number | null
  /** `untold`: from what curl prints it cannot be told. */
  readonly repeats: 'yes' | 'no' | 'untold'
  readonly tries: Tries
  /** The first of what it wrote, secrets replaced. */
  readonly output: string
}

/** What came of asking again. */
export type Repeat =
  | { readonly tried: false; readonly why: string; readonly curl?: string }
  | {
      readonly tried: true
      readonly by: SignKind
      /** What an answer must show to count, in words. */
      readonly sign: string
      /** Of which other check of the same cause the request is. */
      readonly from?: string
      /** Where it was asked. */
      readonly at: string
      /** Of the request as the run sent it, or of the check. */
      readonly recorded: Tries
      /** Of the smallest request that still shows it; absent where none was looked for. */
      readonly minimal?: Tries
      readonly requests: number
      /** What was left out or made shorter, in words. */
      readonly changes: readonly string[]
      /** Why it was looked for no further. */
      readonly stoppedBy?: 'requests' | 'time'
      readonly curl?: string
      readonly curlRun?: CurlRun
      /** The last answer that did not show it, where none did. */
      readonly instead?: string
      /** The last exchange that showed it. */
      readonly came?: Evidence
      /** Why the request was not made smaller. */
      readonly whole?: string
    }

/** Which part of a service the answer speaks of, as far as it tells. */
export type Place = {
  readonly part: 'network' | 'edge' | 'front function' | 'engine' | 'not known'
  readonly because: readonly string[]
  /** What health, the models and the metrics said in the run, and when they were asked for this report. */
  readonly meanwhile: readonly string[]
  readonly now: readonly string[]
}

/** The accepted run beside this one. */
export type BeforeAfter = {
  readonly runId: string
  readonly rows: readonly { readonly what: string; readonly before: string; readonly now: string }[]
  /** What of the configuration differs, in words. */
  readonly differences: readonly string[]
}

/** One finding of a run, as the owner of the service needs it. */
export type BugReport = {
  readonly schemaVersion: 1
  /** The signature of the failure: equal for equal failures, whenever they came. */
  readonly title: string
  /** ISO 8601. */
  readonly madeAt: string
  readonly run: { readonly id: string; readonly startedAt: string; readonly verdict: VerdictWord }
  /** Name and value; only what is known. */
  readonly environment: readonly (readonly [string, string])[]
  readonly check: string
  readonly reason: string
  /** The promise, and what the wire's contract says of such an answer. */
  readonly expected: readonly string[]
  /** The exchange that the check blames; absent where it kept none. */
  readonly came?: Evidence
  readonly repeat: Repeat
  /** What was asked was started for the report, and ends with it. */
  readonly targetEnds?: true
  readonly place: Place
  readonly since?: BeforeAfter
  /** Other checks of the same cause. */
  readonly others: readonly string[]
}
