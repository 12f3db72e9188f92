import { HarnessError } from '../../errors.ts'
import type { SimulatorDialect } from '../simulator.ts'
import { answerFaults } from './answers.ts'
import { constrainedTextFaults } from './constrained-text.ts'
import { constraintFaults } from './constraints.ts'
import type { Fault } from './fault.ts'
import { generationFaults } from './generation.ts'
import { healthFaults } from './health.ts'
import { lifecycleFaults } from './lifecycle.ts'
import { loadFaults } from './load.ts'
import { streamingFaults } from './streaming.ts'

/** Every fault that can be switched on, family by family. */
export const FAULTS: readonly Fault[] = [
  ...healthFaults,
  ...lifecycleFaults,
  ...generationFaults,
  ...streamingFaults,
  ...answerFaults,
  ...loadFaults,
  ...constraintFaults,
  ...constrainedTextFaults,
]

/** The faults with these ids, in this order. Throws `usage` for one that does not exist or cannot show in the dialect. */
export function findFaults(ids: readonly string[], dialect: SimulatorDialect): readonly Fault[] {
  return ids.map((id) => {
    const fault = FAULTS.find((fault) => fault.id === id)
    if (!fault) throw new HarnessError('usage', `There is no fault "${id}".${suggestion(id)}`)
    if (!fault.dialects.includes(dialect))
      throw new HarnessError(
        'usage',
        `The fault ${id} cannot show in the dialect ${dialect}, only in ${fault.dialects.join(', ')}: choose that dialect.`,
      )
    return fault
  })
}

function suggestion(id: string): string {
  const [nearest] = FAULTS.map((fault) => ({ id: fault.id, distance: editDistance(id, fault.id) })).sort(
    (a, b) => a.distance - b.distance,
  )
  if (nearest && nearest.distance <= Math.max(2, id.length / 3)) return ` Did you mean "${nearest.id}"?`
  return ' `infergate simulate --list-faults` shows all of them.'
}

/** Levenshtein: the fewest insertions, deletions and replacements that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
