import { EXIT } from '../errors.ts'
import type { Check, Comparison, Verdict } from '../records/index.ts'

/** A check or a comparison that did not hold, in the one shape that every format shows. */
export type FoundFault = {
  readonly id: string
  readonly outcome: 'failed' | 'inconclusive'
  readonly required: boolean
  readonly reason: string
  /** Equal in those that one thing broke. */
  readonly cause: string
}

/** What one cause broke: the worst of it, and the other checks. */
export type FoundCause = FoundFault & { readonly others: readonly string[] }

/**
 * What did not hold, worst first: required before advisory, failed before inconclusive, else in order of the run. Where a run
 * could not go on, what it could not tell has that one cause and is not repeated.
 */
export function worstFirst({ checks, comparisons, exitCode }: Verdict): readonly FoundFault[] {
  const found: FoundFault[] = []
  for (const check of checks)
    addUnlessHeld(found, check, check.required && check.waived === undefined, check.cause)
  for (const comparison of comparisons) addUnlessHeld(found, comparison, true)
  const told = wasStopped(exitCode) ? found.filter(({ outcome }) => outcome === 'failed') : found
  return told.toSorted((a, b) => weight(b) - weight(a))
}

/** The same with each cause once. */
export function causes(verdict: Verdict): readonly FoundCause[] {
  const groups = Map.groupBy(worstFirst(verdict), ({ outcome, required, cause }) =>
    JSON.stringify([outcome, required, cause]),
  )
  return [...groups.values()].flatMap(([first, ...others]) =>
    first ? [{ ...first, others: others.map(({ id }) => id) }] : [],
  )
}

/** `health.agrees-with-generation and 3 more`. */
export const nameOf = ({ id, others }: FoundCause): string =>
  others.length === 0 ? id : `${id} and ${others.length} more`

function addUnlessHeld(
  found: FoundFault[],
  item: Check | Comparison,
  required: boolean,
  cause = item.reason ?? item.says,
): void {
  const { id, outcome, reason = item.says } = item
  if (outcome !== 'failed' && outcome !== 'inconclusive') return
  const waived = 'waived' in item ? `${item.waived}; ` : ''
  found.push({ id, outcome, required, reason: `${waived}${reason}`, cause })
}

const weight = ({ outcome, required }: FoundFault): number =>
  (required ? 2 : 0) + (outcome === 'failed' ? 1 : 0)

const STOPPED: readonly number[] = [EXIT.usage, EXIT.couldNotRun, EXIT.interrupted, EXIT.terminated]

const wasStopped = (exitCode: number): boolean => STOPPED.includes(exitCode)
