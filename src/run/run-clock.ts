import type { Clock } from '../clock.ts'

/** The time of one run: milliseconds after its start, on the monotonic clock, so that no correction of the wall clock counts. */
export type RunClock = {
  readonly startMs: number
  atMs(): number
}

export function startRunClock(clock: Clock): RunClock {
  const startMs = clock.monotonicMs()
  return { startMs, atMs: () => clock.monotonicMs() - startMs }
}
