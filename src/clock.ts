/** Time is an argument (design: style 7). Only this leaf reads the clock; everything else is handed a `Clock`. */
export interface Clock {
  /** Milliseconds of a monotonic clock with an arbitrary origin; sub-millisecond resolution. For durations only. */
  monotonicMs(): number
  /** Wall-clock time. For labels in reports only: it can jump, so it never enters a duration. */
  now(): Date
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  now: () => new Date(),
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const onAbort = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }, ms)
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  },
}
