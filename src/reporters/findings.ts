import type { Check, Comparison, Verdict } from '../records/index.ts'

/** A check or a comparison that did not hold, in the one shape that every format shows. */
export type FoundFault = {
  readonly id: string
  readonly outcome: 'failed' | 'inconclusive'
  readonly required: boolean
  readonly reason: string
}

/** What did not hold, worst first: required before advisory, failed before inconclusive, else in order of the run. */
export function worstFirst({ checks, comparisons }: Verdict): readonly FoundFault[] {
  const found: FoundFault[] = []
  for (const check of checks) addUnlessHeld(found, check, check.required && check.waived === undefined)
  for (const comparison of comparisons) addUnlessHeld(found, comparison, true)
  return found.toSorted((a, b) => weight(b) - weight(a))
}

function addUnlessHeld(found: FoundFault[], item: Check | Comparison, required: boolean): void {
  const { id, outcome, reason = item.says } = item
  if (outcome !== 'failed' && outcome !== 'inconclusive') return
  const waived = 'waived' in item ? `${item.waived}; ` : ''
  found.push({ id, outcome, required, reason: `${waived}${reason}` })
}

const weight = ({ outcome, required }: FoundFault): number =>
  (required ? 2 : 0) + (outcome === 'failed' ? 1 : 0)
