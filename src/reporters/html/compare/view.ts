import type { Compared, Fingerprint, Run, StartFigures } from '../../../records/index.ts'

/** What the page of two runs is made from. */
export type CompareView = {
  readonly compared: Compared
  readonly baseline: ComparedSide
  readonly candidate: ComparedSide
  readonly differences: readonly ComparedField[]
}

export type ComparedSide = {
  readonly starts: readonly StartFigures[]
  readonly fingerprint?: Fingerprint
  readonly toolVersion?: string
  /** Its record; absent: the folder of the run is gone, and the history kept its starts alone. */
  readonly run?: Run
}

/** A field in which the two differ. */
export type ComparedField = {
  readonly field: string
  readonly that?: string
  readonly own?: string
  /** Their figures mean different things; the comparison was allowed by name. */
  readonly isUnlike: boolean
}

/** Both sides, as every picture and table names them. */
export const sidesOf = ({ baseline, candidate }: CompareView) =>
  [
    ['baseline', baseline],
    ['candidate', candidate],
  ] as const
