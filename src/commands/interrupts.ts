import { setMaxListeners } from 'node:events'
import { type Clock, systemClock } from '../clock.ts'
import { HarnessError } from '../errors.ts'

/**
 * One Ctrl-C can arrive more than once: the terminal sends it to the whole process group, npm and the launcher pass it on.
 * Nobody presses twice this fast.
 */
const SAME_PRESS_MS = 250

const REASONS = {
  SIGINT: ['interrupted', 'Stopped by Ctrl-C (SIGINT): run it again for a verdict.'],
  SIGTERM: ['terminated', 'Stopped by SIGTERM: run it again for a verdict.'],
  SIGHUP: ['terminated', 'Stopped with its terminal (SIGHUP): run it again for a verdict.'],
} as const

type Watched = keyof typeof REASONS

/** What of a process is needed to watch it; the real one fits. */
export type Interruptible = {
  on(event: Watched | 'disconnect', listener: () => void): unknown
  exit(code: number): void
}

/** Aborts at the first signal, so that a partial report can be written; leaves at once at the second. */
export function watchInterrupts(
  process: Interruptible,
  launched: boolean,
  clock: Clock = systemClock,
): AbortSignal {
  const controller = new AbortController()
  // Each request of a run listens here; Node would warn of a leak at eleven.
  setMaxListeners(0, controller.signal)
  let pressedMs = Number.NEGATIVE_INFINITY
  const onSignal = (signal: Watched): void => {
    const now = clock.monotonicMs()
    if (now - pressedMs < SAME_PRESS_MS) return
    pressedMs = now
    const [code, message] = REASONS[signal]
    const reason = new HarnessError(code, message)
    if (controller.signal.aborted) process.exit(reason.exitCode)
    controller.abort(reason)
  }
  for (const signal of Object.keys(REASONS) as Watched[]) process.on(signal, () => onSignal(signal))
  // The launcher on an older Node was killed outright: nobody waits for this run any more.
  if (launched) process.on('disconnect', () => onSignal('SIGTERM'))
  return controller.signal
}
