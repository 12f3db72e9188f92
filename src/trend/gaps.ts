import type { Dismissal, Night } from '../records/index.ts'
import { median } from '../statistics/index.ts'
import { counts } from './points.ts'
import { dayOf } from './words.ts'

/** Nights that do not count, each stretch once: they are no evidence of a change, nor of none. */
export function invalidStretches(nights: readonly Night[]): readonly Dismissal[] {
  const found: Dismissal[] = []
  for (let from = 0; from < nights.length; from++) {
    const first = nights[from]
    if (!first || counts(first)) continue
    let to = from
    for (let next = nights[to + 1]; next && !counts(next); next = nights[to + 1]) to += 1
    const states = [...new Set(nights.slice(from, to + 1).map(({ state }) => state))]
    const says = states.every((state) => state === 'complete') ? 'without a value' : states.join(' or ')
    const sentence =
      from === to
        ? `The night of ${dayOf(first.at)} does not count: it is ${says}.`
        : `${to - from + 1} nights from ${dayOf(first.at)} on do not count: they are ${says}.`
    found.push({ reason: 'invalid-nights', index: from, at: first.at, sentence })
    from = to
  }
  return found
}

/** So many nights in a row that nobody measured are worth a line. */
const GAP = 2

/** Where nights are missing, by what is usual between two of this series. */
export function missingStretches(nights: readonly Night[]): readonly Dismissal[] {
  const times = Float64Array.from(nights, ({ at }) => Date.parse(at))
  const steps = Array.from(times.subarray(1), (time, i) => time - (times[i] ?? time))
  // Most series have none: their steps are all alike.
  if (steps.every((step) => step === steps[0])) return []
  const usual = median(steps)
  if (usual <= 0) return []
  return steps.flatMap((step, i) => {
    const missing = Math.round(step / usual) - 1
    const [before, after] = nights.slice(i, i + 2)
    if (missing < GAP || !before || !after) return []
    const sentence = `${missing} nights between ${dayOf(before.at)} and ${dayOf(after.at)} are missing.`
    return [{ reason: 'missing-nights', index: i + 1, at: after.at, sentence }]
  })
}
