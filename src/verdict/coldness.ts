import type { Coldness, Sample, WakeUp } from '../records/index.ts'
import { median } from '../statistics/index.ts'
import { counted, milliseconds } from './figures.ts'
import { sortSamples } from './samples.ts'

/** A cold answer takes at least so many times what the median warm one takes, where time alone has to tell. */
const TIMES_WARM = 3

type Seen = Pick<WakeUp, 'first' | 'refusals' | 'process'>

/**
 * Whether a wait ended in a cold start. Another process that answers proves it, the same one refutes it; so does an edge that had
 * nobody to ask. Else the time tells, beside that of warm answers: what is as quick as these was not shown to be cold.
 */
export function judgeColdness({ first, refusals, process }: Seen, samples: readonly Sample[]): Coldness {
  if (first.outcome !== 'completed') return { is: 'unknown', because: 'it was not answered' }
  const { before, after } = process
  if (before !== undefined && after !== undefined)
    return after > before
      ? {
          is: 'cold',
          because: `another process answers: it started ${seconds(after - before)} after the one before`,
        }
      : { is: 'not-shown', because: 'the process that answered before the wait answers after it' }
  if (refusals > 0)
    return { is: 'cold', because: `the edge had nobody to ask, and refused ${counted(refusals, 'time')}` }
  const warm = sortSamples(samples).warm.map(({ e2eMs }) => e2eMs)
  if (warm.length === 0) return { is: 'not-shown', because: 'there is no warm answer to compare it with' }
  const [p50, slowest] = [median(warm), Math.max(...warm)]
  const figures = `it took ${milliseconds(first.e2eMs)}, a warm answer ${milliseconds(p50)} (p50 of ${warm.length}, at most ${milliseconds(slowest)})`
  return first.e2eMs > Math.max(TIMES_WARM * p50, slowest)
    ? { is: 'cold', because: figures }
    : {
        is: 'not-shown',
        because: `${figures}: somebody else kept it awake, or its window is longer than it is said to be`,
      }
}

const seconds = (value: number): string => `${Number(value.toFixed(1))} s`
