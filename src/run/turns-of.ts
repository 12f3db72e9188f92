import { DEFAULT_CONCURRENCY, type Turns } from '../checks/index.ts'
import type { DeclaredPromise } from '../promises/index.ts'
import type { Plan } from './plan.ts'

/** The simulator is nobody else's and waits by timers alone; four requests of each of six checks fit into its batch. */
const SIMULATED = 6

/** How many checks run at a time, and which of them alone. */
export function turnsOf({ spec }: Pick<Plan, 'spec'>): Required<Omit<Turns, 'onBegun'>> {
  const isSimulated = spec.kind === 'simulator'
  return {
    concurrency: spec.maxConcurrency ?? (isSimulated ? SIMULATED : DEFAULT_CONCURRENCY),
    // No batch turns a text of the simulator, so those that compare texts may have others beside them.
    isAlone: ({ definition: { alone } }: DeclaredPromise) =>
      alone !== undefined && !(isSimulated && alone === 'compares'),
  }
}
