import { isRefusal } from '../judges/index.ts'
import type { Excess } from '../load.ts'
import type { Caused, Exchange, Generation, Reply } from '../records/index.ts'
import { noteVerified } from './verified.ts'

/** A check ends early by throwing one of these; which one decides the outcome. None of them is an error of ours. */
export class CheckEnded extends Error {
  override readonly name = 'CheckEnded'
  readonly outcome: 'failed' | 'inconclusive' | 'not-applicable'
  /** The exchanges that show it, kept first as evidence. */
  readonly shown: readonly Exchange[]
  /** What other checks that the same thing broke name too. */
  readonly caused: Caused | undefined
  /** Of a failure by time: a machine that was busy enough explains it, and then it decides nothing. */
  readonly excess: Excess | undefined

  constructor(
    outcome: CheckEnded['outcome'],
    reason: string,
    shown: readonly Exchange[] = [],
    { excess, ...caused }: Caused & { readonly excess?: Excess } = {},
  ) {
    super(reason)
    this.outcome = outcome
    this.shown = shown
    this.caused = caused
    this.excess = excess
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

/**
 * Breaks the promise with `reason` where something took longer than its limit. Where this machine was too busy to time it the check
 * becomes inconclusive instead, and names the load.
 */
export function verifyInTime(excess: Excess, reason: string, ...shown: readonly Exchange[]): void {
  noteVerified()
  if (!(excess.tookMs <= excess.limitMs)) throw new CheckEnded('failed', reason, shown, { excess })
}

/** Breaks the promise with `reason` unless the request, which cannot be served, was refused as the request's own fault. */
export function verifyRefused(answer: Generation | Reply, reason: string): void {
  noteVerified()
  if (!isRefusal(answer)) throw new CheckEnded('failed', reason, [answer], { causeIn: ['bad'] })
}

/** Ends the check: what was seen decides nothing. */
export function inconclusive(reason: string, ...shown: readonly Exchange[]): never {
  throw new CheckEnded('inconclusive', reason, shown)
}

/** Ends the check: the promise does not concern this service. */
export function notApplicable(reason: string): never {
  throw new CheckEnded('not-applicable', reason)
}
