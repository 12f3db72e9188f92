import { FAULTS, type Fault, type SimulatorDialect } from '../simulator/index.ts'
import { ANY } from './outcome.ts'
import type { Subject } from './subject.ts'

const DIALECTS: readonly SimulatorDialect[] = ['openai', 'ananke']
/** Of the healthy simulators of both dialects, how many run beside a busy thread, at 25 of each. */
const BUSY_SHARE = 10 / 50

export type Wanted = {
  /** Ids; absent: all faults. */
  readonly faults?: readonly string[] | undefined
  /** Of each fault only the promises that are about it. */
  readonly isQuick?: boolean
  /** Healthy simulators of each dialect. */
  readonly seeds: number
}

/** Every fault in each dialect in which it can show, and so many healthy simulators. */
export const subjectsOf = ({ faults: ids, isQuick = false, seeds }: Wanted): readonly Subject[] => [
  ...FAULTS.filter(({ id }) => ids === undefined || ids.includes(id)).flatMap((fault) =>
    fault.dialects.map((dialect) => ({ dialect, seed: 1, fault: fault.id, ...(isQuick && aboutIt(fault)) })),
  ),
  ...cleanSubjects(seeds),
]

/** What stops the service for good is seen by whatever comes next: by all of them. */
function aboutIt({ caughtBy }: Fault): Pick<Subject, 'only'> {
  const ids = Object.keys(caughtBy)
  return ids.length === 0 || ids.includes(ANY) ? {} : { only: `^(?:${ids.join('|')})$` }
}

/** `count` healthy simulators of each dialect, each with a seed of its own; the last fifth of them beside a busy thread. */
const cleanSubjects = (count: number): readonly Subject[] => {
  const busy = Math.round(count * BUSY_SHARE)
  return DIALECTS.flatMap((dialect) =>
    Array.from({ length: count }, (_, index) => ({
      ...{ dialect, seed: index + 1 },
      ...(index >= count - busy && { isBusy: true }),
    })),
  )
}
