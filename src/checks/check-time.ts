import { after, type Clock } from '../clock.ts'

/** After the limit: how long the exchanges in flight have to be recorded as cut. */
const GRACE_MS = 500

/** The time that one check has. */
export type CheckTime = Disposable & {
  /** How long the check ran until its time was spent. */
  spentMs(): number
  /** Aborts when the time is spent, when the run is ended, and when the check is over: nothing is left in flight. */
  readonly signal: AbortSignal
  /** Why the check has no more time; pending while it has some. */
  readonly over: Promise<'spent' | 'run-ended'>
  /** Milliseconds left; below 0 once the time is spent. */
  leftMs(): number
  /** A request of the check waits for room, or goes on: while any waits, no time of the check passes. */
  held(isHeld: boolean): void
}

export type CheckTimeOptions = {
  readonly limitMs: number
  /** Milliseconds left of the run's own budget. */
  readonly runLeftMs: () => number
  readonly clock: Clock
  readonly runEnded: AbortSignal
}

/** Starts the time of a check; disposing ends what it left in flight. */
export function startCheckTime({ limitMs, runLeftMs, clock, runEnded }: CheckTimeOptions): CheckTime {
  const startedMs = clock.monotonicMs()
  let spentMs = 0
  const controller = new AbortController()
  const { promise: over, resolve } = Promise.withResolvers<'spent' | 'run-ended'>()
  const held = { requests: 0, sinceMs: 0, totalMs: 0 }
  const heldMs = () => held.totalMs + (held.requests > 0 ? clock.monotonicMs() - held.sinceMs : 0)
  const leftMs = () => Math.min(runLeftMs(), startedMs + limitMs + heldMs() - clock.monotonicMs())
  const onRunEnded = () => {
    controller.abort()
    resolve('run-ended')
  }
  runEnded.addEventListener('abort', onRunEnded, { once: true })
  let timer: Disposable
  /** Looks again after what is left, which may have grown meanwhile. */
  const atEnd = (graceMs: number, act: () => void) => {
    timer = after(clock, Math.max(1, leftMs() + graceMs), () =>
      leftMs() + graceMs > 0 ? atEnd(graceMs, act) : act(),
    )
  }
  atEnd(0, () => {
    spentMs = clock.monotonicMs() - startedMs
    controller.abort()
    atEnd(GRACE_MS, () => resolve('spent'))
  })
  return {
    spentMs: () => spentMs,
    signal: controller.signal,
    over,
    leftMs,
    held(isHeld) {
      if (held.requests === 0) held.sinceMs = clock.monotonicMs()
      held.requests += isHeld ? 1 : -1
      if (held.requests === 0) held.totalMs += clock.monotonicMs() - held.sinceMs
    },
    [Symbol.dispose]() {
      runEnded.removeEventListener('abort', onRunEnded)
      timer[Symbol.dispose]()
      controller.abort()
    },
  }
}
