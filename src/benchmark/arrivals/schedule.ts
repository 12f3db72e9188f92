import type { StatedLoad, TraceEntry } from '../../records/index.ts'
import { dueTimes, dueTimesHash } from './due-times.ts'
import { readTrace } from './trace.ts'

/** When the requests of an open loop are due, all of it known before the first is sent. */
export type DueSchedule = {
  /** Ascending milliseconds after the start of the load. */
  readonly dueMs: readonly number[] | Float64Array
  /** Of the due times, see `dueTimesHash`. */
  readonly sha256: string
  /** One for each due time where a trace was stated: how long its request and its answer are. */
  readonly entries?: readonly TraceEntry[]
}

/** The schedule of a load; undefined for a closed loop, which has none. Throws `usage`, also for what is wrong with a trace. */
export async function scheduleOf(load: StatedLoad, seed: number): Promise<DueSchedule | undefined> {
  const { arrivals, durationMs, maxRequests: count } = load
  const extent = { ...(durationMs !== undefined && { durationMs }), ...(count !== undefined && { count }) }
  if (arrivals.shape === 'concurrency' || arrivals.shape === 'ladder') return undefined
  if (arrivals.shape !== 'trace') {
    const dueMs = dueTimes(arrivals, { seed, ...extent })
    return { dueMs, sha256: dueTimesHash(dueMs) }
  }
  const entries = await readTrace(arrivals, extent)
  const dueMs = entries.map((entry) => entry.dueMs)
  return { dueMs, sha256: dueTimesHash(dueMs), entries }
}
