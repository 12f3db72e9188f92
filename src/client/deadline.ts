import { after, type Clock } from '../clock.ts'
import { WireFault } from './failure.ts'

export interface Deadline {
  readonly signal: AbortSignal
  abort(fault: WireFault): void
  /** The work, or the fault that ended it first. */
  race<T>(work: Promise<T>): Promise<T>
  release(): void
}

/** Deadline and caller's signal as one. undici ignores a signal while it connects, hence the race. */
export function startDeadline(clock: Clock, timeoutMs: number, caller: AbortSignal | undefined): Deadline {
  const controller = new AbortController()
  const stopped = Promise.withResolvers<never>()
  stopped.promise.catch(() => {})
  const abort = (fault: WireFault) => {
    stopped.reject(fault)
    controller.abort(fault)
  }
  const onCaller = () => abort(new WireFault('aborted', 'aborted by the caller'))
  const timer = after(clock, timeoutMs, () =>
    abort(new WireFault('timeout', `no complete answer within ${timeoutMs} ms`)),
  )
  if (caller?.aborted) onCaller()
  else caller?.addEventListener('abort', onCaller, { once: true })
  return {
    signal: controller.signal,
    abort,
    race<T>(work: Promise<T>): Promise<T> {
      work.catch(() => {})
      return Promise.race([stopped.promise, work])
    },
    release() {
      timer[Symbol.dispose]()
      caller?.removeEventListener('abort', onCaller)
    },
  }
}
