import type { CheckOutcome, VerdictWord } from '../records/index.ts'
import type { SimulatorDialect } from '../simulator/index.ts'

/** One simulator that is judged: with a fault, or healthy. Sent to threads, so it is data alone. */
export type Subject = {
  readonly dialect: SimulatorDialect
  /** The simulator's chance, and the run's. */
  readonly seed: number
  readonly fault?: string
  /** The name under which it serves; absent: the simulator's own. */
  readonly model?: string
  /** A regular expression over the ids of the promises that are asked; absent: all. */
  readonly only?: string
  /** Whether another thread spins meanwhile, as a neighbour on a shared machine does. */
  readonly isBusy?: boolean
}

/** What one check, or one limit of the gate, said. A check that has cases says what each of them does. */
export type Word = {
  readonly id: string
  readonly outcome: CheckOutcome
  /** Of what failed or is inconclusive. */
  readonly reason?: string
  /** After the start of the run; absent for a limit, which is known at its end. */
  readonly atMs?: number
}

/** What the gate said of a subject. */
export type Judged = {
  readonly subject: Subject
  readonly verdict: VerdictWord
  readonly exitCode: number
  /** Every check and limit, in the order of the closed list. */
  readonly words: readonly Word[]
  readonly reasons: readonly string[]
  readonly durationMs: number
  /** It was judged once more, with nothing beside it: the first time a time could not be told from the load. */
  readonly isSecond?: true
}
