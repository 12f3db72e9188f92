/** What the page of a proof is made from: faults × checks, and what healthy services were told. */
export type MatrixView = {
  readonly toolVersion: string
  readonly startedAt: string
  readonly durationMs: number
  readonly jobs: number
  readonly cores: number
  readonly isProven: boolean
  /** Of each fault only the checks that are about it were asked. */
  readonly isQuick: boolean
  readonly headline: string
  /** What was not judged any more: the proof was interrupted. */
  readonly notJudged: readonly string[]
  /** Titles by id. */
  readonly families: Readonly<Record<string, string>>
  readonly checks: readonly string[]
  readonly faults: readonly MatrixFault[]
  readonly healthy: readonly MatrixHealthy[]
}

/** A run with a fault. */
export type MatrixFault = {
  readonly fault: string
  readonly dialect: string
  readonly says: string
  /** Where it was seen: an address, or a file. */
  readonly source: string
  readonly family: string
  readonly outcome: 'proven' | 'unstated' | 'neighbour' | 'missed' | 'beyond'
  readonly verdict: string
  readonly exitCode: number
  /** The check that caught it, that which states the cause first, and what it said. */
  readonly by?: string
  readonly reason?: string
  /** Why it is not proven, and what it would take. */
  readonly why?: string
  readonly needs?: string
  /** After the start of the run. */
  readonly firstFailureMs?: number
  /** How many further checks failed. */
  readonly others: number
  /** It was judged once more, with nothing beside it. */
  readonly isAlone: boolean
  /** A sign for each of `checks`: see `CELLS`. */
  readonly cells: string
}

export type MatrixHealthy = {
  readonly name: string
  readonly dialect: string
  readonly seed: number
  readonly verdict: string
  readonly isBusy: boolean
  readonly alarms: readonly string[]
}

export const OUTCOMES = {
  missed: 'missed',
  neighbour: 'only by a check about something else',
  unstated: 'caught, cause not stated',
  beyond: 'missed, and no gate tells it by itself',
  proven: 'caught, cause stated',
} as const satisfies Record<MatrixFault['outcome'], string>
