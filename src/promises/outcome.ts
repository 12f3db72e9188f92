import type { Exchange } from '../records/index.ts'
import { noteVerified } from './verified.ts'

/** A check ends early by throwing one of these; which one decides the outcome. None of them is an error of ours. */
export class CheckEnded extends Error {
  override readonly name = 'CheckEnded'
  readonly outcome: 'failed' | 'inconclusive' | 'not-applicable'
  /** The exchanges that show it, kept first as evidence. */
  readonly shown: readonly Exchange[]

  constructor(outcome: CheckEnded['outcome'], reason: string, shown: readonly Exchange[] = []) {
    super(reason)
    this.outcome = outcome
    this.shown = shown
  }
}

/** Another copy of infergate may have thrown it, so the shape counts, not the class. */
export const isCheckEnded = (thrown: unknown): thrown is CheckEnded =>
  thrown instanceof Error && thrown.name === 'CheckEnded' && 'outcome' in thrown && 'shown' in thrown

/** Breaks the promise with `reason` unless `condition` holds. */
export function verify(condition: boolean, reason: string, ...shown: readonly Exchange[]): asserts condition {
  noteVerified()
  if (!condition) throw new CheckEnded('failed', reason, shown)
}

/** Ends the check: what was seen decides nothing. */
export function inconclusive(reason: string, ...shown: readonly Exchange[]): never {
  throw new CheckEnded('inconclusive', reason, shown)
}

/** Ends the check: the promise does not concern this service. */
export function notApplicable(reason: string): never {
  throw new CheckEnded('not-applicable', reason)
}
