import type { Expects, UrlTarget } from '../src/records/index.ts'
import type { Program } from './programs.ts'
import type { Server } from './start-server.ts'

/** A defect that a healthy server really has: it is waived in its row, and `curl` shows it to anybody. */
export type Finding = {
  /** Of the promises that meet it. */
  readonly ids: readonly string[]
  readonly case?: string
  /** One sentence: what the server does. */
  readonly says: string
  /** Repeats it against `$URL`; what it prints holds `shows`. */
  readonly curl: string
  readonly shows: RegExp
}

/** What infergate has to say. `names`: what the verdict's reasons, or the message of a run that could not be, hold. */
export type Expected =
  | { readonly verdict: 'PASS'; readonly findings?: readonly Finding[] }
  | { readonly verdict: 'FAIL'; readonly names: RegExp }
  | { readonly verdict: 'could not run'; readonly names: RegExp }

/** What a user writes about the service in his configuration. */
export type Settings = Pick<UrlTarget, 'requestsPerMinute' | 'maxConcurrency' | 'shared'> & {
  readonly expects?: Expects
}

/** One set-up of a server, healthy or broken, and what has to be said of it. */
export type Row = {
  readonly id: string
  /** The server and its set-up, as an operator writes it down. */
  readonly title: string
  readonly expected: Expected
  /** Absent: `--url` alone, no configuration. */
  readonly settings?: Settings
  /** Sent as a bearer token. */
  readonly apiKey?: string
  /** Time for the run beyond the default. */
  readonly maxSeconds?: number
  /** Starts what this row judges. `behind` is what the rows of its group share. */
  readonly start: (behind: Server) => Promise<Server>
}

/** Rows that need the same programs and share one server, started once. */
export type Group = {
  readonly title: string
  /** The third of the rotation in which CI judges it. */
  readonly third: 0 | 1 | 2
  readonly programs: readonly [Program, ...Program[]]
  /** What stands behind each of its rows; absent: each row starts all of its own. */
  readonly behind?: () => Promise<Server>
  readonly rows: readonly Row[]
}

export const isHealthy = ({ expected }: Row): boolean => expected.verdict === 'PASS'

export const findingsOf = ({ expected }: Row): readonly Finding[] =>
  expected.verdict === 'PASS' ? (expected.findings ?? []) : []
