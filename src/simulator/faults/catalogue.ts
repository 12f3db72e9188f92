import { closestMatch } from 'leven'
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
import { readinessFaults } from './readiness.ts'
import { streamingFaults } from './streaming.ts'

/** Every fault that can be switched on, family by family. */
export const FAULTS: readonly Fault[] = [
  ...healthFaults,
  ...readinessFaults,
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
  const maxDistance = Math.max(2, Math.floor(id.length / 3))
  const meant = closestMatch(
    id,
    FAULTS.map((fault) => fault.id),
    { maxDistance },
  )
  if (meant !== undefined) return ` Did you mean "${meant}"?`
  return ' `infergate simulate --list-faults` shows all of them.'
}
