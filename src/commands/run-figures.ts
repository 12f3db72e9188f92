import type { RunFigures } from '../history/index.ts'
import type { Run } from '../records/index.ts'
import { startFigures } from '../verdict/index.ts'

/**
 * What the history keeps of a run's starts; of a night, beside them those of its reference; of pairs, those that count: the
 * candidate's, and beside them the other target's.
 */
export function runFigures({ samples, boots, pairs = [], night }: Run): RunFigures {
  const counting = pairs.filter((pair) => pair.void === undefined)
  if (counting.length === 0)
    return {
      starts: startFigures(samples, boots),
      ...(night?.reference && { reference: night.reference.starts }),
    }
  return {
    starts: counting.map(({ candidate }) => candidate),
    reference: counting.map(({ baseline }) => baseline),
  }
}
