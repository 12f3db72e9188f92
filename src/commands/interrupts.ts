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

/** What a lost terminal (SIGHUP) means to a command that goes on without one; by default it ends it. */
export class Hangups {
  #act: (() => void) | undefined

  /** From now on SIGHUP calls `act` and ends nothing. */
  take(act: () => void): Disposable {
    this.#act = act
    return {
      [Symbol.dispose]: () => {
        this.#act = undefined
      },
    }
  }

  /** Whether somebody has taken it. */
  call(): boolean {
    this.#act?.()
    return this.#act !== undefined
  }
}

/** Aborts at the first signal, so that a partial report can be written; leaves at once at the second. */
export function watchInterrupts(
  process: Interruptible,
  launched: boolean,
  clock: Clock = systemClock,
  hangups = new Hangups(),
): AbortSignal {
  const controller = new AbortController()
  // Each request of a run listens here; Node would warn of a leak at eleven.
  setMaxListeners(0, controller.signal)
  let pressedMs = Number.NEGATIVE_INFINITY
  const onSignal = (signal: Watched): void => {
    if (signal === 'SIGHUP' && hangups.call()) return
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
