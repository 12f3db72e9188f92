import { PerformanceObserver, performance } from 'node:perf_hooks'

/** A time on the monotonic clock of `clock.ts`, in milliseconds. */
export type Window = { readonly fromMs: number; readonly toMs: number }

/** How the event loop of this thread fares from now until it is disposed. */
export interface LoopWatch extends Disposable {
  /** The share of the time in which it was at work, a wait for a core included. */
  utilization(): number
  /** Collections of garbage that have ended some turns ago: one that just ended is not known yet. */
  garbage(): readonly Window[]
}

/** Calls `beat` every `everyMs`, or as soon after as the loop comes to it. It keeps no process alive. */
export function watchLoop(everyMs: number, beat: () => void): LoopWatch {
  const before = performance.eventLoopUtilization()
  const timer = setInterval(beat, everyMs).unref()
  const windows: Window[] = []
  const observer = new PerformanceObserver((list) => keep(list.getEntries()))
  observer.observe({ entryTypes: ['gc'] })
  return {
    utilization() {
      const { active, idle } = performance.eventLoopUtilization(before)
      return active / Math.max(1, active + idle)
    },
    garbage() {
      keep(observer.takeRecords())
      return windows
    },
    [Symbol.dispose]() {
      clearInterval(timer)
      observer.disconnect()
    },
  }

  function keep(entries: ReturnType<PerformanceObserver['takeRecords']>): void {
    for (const { startTime, duration } of entries)
      windows.push({ fromMs: startTime, toMs: startTime + duration })
  }
}
