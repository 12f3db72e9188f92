import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Worker } from 'node:worker_threads'
import type { Clock } from './clock.ts'

/** How busy this machine was while something was timed from it. */
export type Load = {
  readonly cores: number
  /** Threads of others that wanted a core, on average, once the timed work was over; absent where the system does not say. */
  readonly runnable?: number
  /** The share of its processor time that a hypervisor gave to others. */
  readonly stolen?: number
  /** By how much the event loop came too late to its turns: the p99. */
  readonly lateMs: number
}

/** Watches until it is read; disposing ends it. */
export type LoadWatch = Disposable & {
  /** Reads what was seen so far, and looks on for a moment in which nothing is timed: who is busy then is somebody else. */
  read(clock: Clock): Promise<Load>
}

/** The event loop is looked at as often as this, so that it is at least so late. */
const RESOLUTION_MS = 10
const [LOOKS, LOOK_PAUSE_MS] = [20, 20]

export function watchLoad(): LoadWatch {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delay.enable()
  const before = processorTimes()
  return {
    async read(clock) {
      const lateMs = delay.count > 0 ? Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS) : 0
      const after = processorTimes()
      const looks: number[] = []
      for (let look = 0; look < LOOKS; look++) {
        await clock.sleep(LOOK_PAUSE_MS)
        looks.push(...runnableNow())
      }
      const runnable = looks.reduce((sum, one) => sum + one, 0) / looks.length
      const total = before && after ? after.total - before.total : 0
      return {
        cores: availableParallelism(),
        lateMs,
        ...(looks.length > 0 && { runnable }),
        ...(before && after && total > 0 && { stolen: (after.stolen - before.stolen) / total }),
      }
    },
    [Symbol.dispose]: () => delay.disable(),
  }
}

/** Threads that run or wait for a core, beside the one that looks. */
function runnableNow(): readonly number[] {
  const [, running] = /^(?:\S+ ){3}(\d+)\//.exec(contentOf('/proc/loadavg')) ?? []
  return running === undefined ? [] : [Math.max(0, Number(running) - 1)]
}

/** Of all processors since they started: user, nice, system, idle, iowait, irq, softirq, steal (proc(5)). */
function processorTimes(): { readonly total: number; readonly stolen: number } | undefined {
  const [, numbers] = /^cpu +([\d ]+)/.exec(contentOf('/proc/stat')) ?? []
  const times = numbers?.split(' ').slice(0, 8).map(Number)
  return times && { total: times.reduce((sum, one) => sum + one, 0), stolen: times[7] ?? 0 }
}

/** Empty where there is no such file, as outside Linux. */
function contentOf(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

/** Below these a machine is quiet: a wake of the kernel's own, one collection of garbage. */
const [QUIET_RUNNABLE, QUIET_LATE_MS] = [0.5, 30]
/** However many run beside, a scheduler that is fair leaves an answer more than this. */
const MOST_TIMES = 2.5

/** A time and the limit that it broke. */
export type Excess = {
  readonly tookMs: number
  readonly limitMs: number
  /** The limit was itself timed here, under the same load: it grew as the time did, and only lateness is left to explain the rest. */
  readonly isRelative?: boolean
}

/** Whether a time that is above its limit may be the work of the load (docs/decisions/0010-what-the-load-explains.md). */
export function explains(load: Load, { tookMs, limitMs, isRelative = false }: Excess): boolean {
  const { cores, runnable = 0, stolen = 0, lateMs } = load
  if (runnable < QUIET_RUNNABLE * cores && stolen < 0.05 && lateMs < QUIET_LATE_MS) return false
  const slower = isRelative ? 1 : (1 + runnable / cores) / (1 - Math.min(0.9, stolen))
  return tookMs <= Math.min(MOST_TIMES, slower) * limitMs + 2 * lateMs
}

/** `this machine was busy meanwhile: 5.2 runnable threads on 2 cores, the event loop was late by 120 ms (p99)`. */
export function describeLoad({ cores, runnable, stolen = 0, lateMs }: Load): string {
  const parts = [
    ...(runnable === undefined
      ? []
      : [`${runnable.toFixed(1)} runnable threads of others on ${cores} cores`]),
    ...(stolen >= 0.01
      ? [`${(stolen * 100).toFixed(0)} % of the processor time taken by the hypervisor`]
      : []),
    `the event loop was late by ${Math.round(lateMs)} ms (p99)`,
  ]
  return `this machine was busy meanwhile: ${parts.join(', ')}: repeat the run on a quiet machine`
}

/** The share of its time in which a thread worked, since it was last asked for. */
export function watchThread({ performance }: Pick<Worker, 'performance'>): () => number {
  let last = performance.eventLoopUtilization()
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, last)
    last = now
    return utilization
  }
}
