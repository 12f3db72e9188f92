import { after, type Clock } from '../clock.ts'

/** After the limit: how long the exchanges in flight have to be recorded as cut. */
const GRACE_MS = 500

/** The time that one check has. */
export type CheckTime = Disposable & {
  readonly limitMs: number
  /** Aborts when the time is spent, when the run is ended, and when the check is over: nothing is left in flight. */
  readonly signal: AbortSignal
  /** Why the check has no more time; pending while it has some. */
  readonly over: Promise<'spent' | 'run-ended'>
  /** Milliseconds left; below 0 once the time is spent. */
  leftMs(): number
}

/** Starts the time of a check; disposing ends what it left in flight. */
export function startCheckTime(limitMs: number, clock: Clock, runEnded: AbortSignal): CheckTime {
  const endsAtMs = clock.monotonicMs() + limitMs
  const controller = new AbortController()
  const { promise: over, resolve } = Promise.withResolvers<'spent' | 'run-ended'>()
  const onRunEnded = () => {
    controller.abort()
    resolve('run-ended')
  }
  runEnded.addEventListener('abort', onRunEnded, { once: true })
  const timers = [
    after(clock, limitMs, () => controller.abort()),
    after(clock, limitMs + GRACE_MS, () => resolve('spent')),
  ]
  return {
    limitMs,
    signal: controller.signal,
    over,
    leftMs: () => endsAtMs - clock.monotonicMs(),
    [Symbol.dispose]() {
      runEnded.removeEventListener('abort', onRunEnded)
      for (const timer of timers) timer[Symbol.dispose]()
      controller.abort()
    },
  }
}
