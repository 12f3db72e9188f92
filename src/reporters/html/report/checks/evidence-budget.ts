import type { Check, Evidence } from '../../../../records/index.ts'
import { type Markup, textOf } from '../../kit/index.ts'
import { exchangeMarkup } from './exchange.ts'
import { reasonsOf } from './locate.ts'

/** Of all evidence on a page. With the rest of it, a page stays below 1 MB, whatever the checks kept. */
export const EVIDENCE_BYTES = 600_000

/** What is shown of the exchanges of each check, by its id; fewer than it has where the page would be too large. */
export type ShownEvidence = ReadonlyMap<string, readonly Markup[]>

/**
 * The first exchange of every check comes first, in the order given, then the second of every check, and so on: what each check
 * blames is there before what stands beside it.
 */
export function evidenceWithin(checks: readonly Check[], limitBytes = EVIDENCE_BYTES): ShownEvidence {
  const shown = new Map<string, Markup[]>()
  let left = limitBytes
  for (const { check, evidence, index } of inTurn(checks)) {
    const list = shown.get(check.id) ?? []
    if (list.length < index) continue
    const markup = exchangeMarkup({
      ...{ evidence, checkId: check.id, number: index + 1 },
      reasons: reasonsOf(check),
    })
    const bytes = Buffer.byteLength(textOf(markup))
    if (bytes > left) continue
    left -= bytes
    shown.set(check.id, [...list, markup])
  }
  return shown
}

function inTurn(checks: readonly Check[]) {
  const all = checks.flatMap((check) =>
    (check.evidence ?? []).map((evidence: Evidence, index) => ({ check, evidence, index })),
  )
  return all.toSorted((a, b) => a.index - b.index)
}
