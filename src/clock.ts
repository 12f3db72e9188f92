/** Time is an argument. Only this leaf reads the clock; everything else is handed a `Clock`. */
export interface Clock {
  /** Milliseconds of a monotonic clock with an arbitrary origin; sub-millisecond resolution. For durations only. */
  monotonicMs(): number
  /** Wall-clock time. For labels in reports only: it can jump, so it never enters a duration. */
  now(): Date
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** setTimeout fires at once beyond this (24.8 days). */
const LONGEST_TIMER_MS = 2 ** 31 - 1

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
      const timer = setTimeout(
        () => {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        },
        Math.min(ms, LONGEST_TIMER_MS),
      )
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  },
}

/**
 * Nanoseconds of CLOCK_MONOTONIC, which all processes of one Linux machine share: stamps of two processes compare. Exact to the
 * nanosecond for the first 104 days after a boot (2^53 ns).
 */
export const monotonicNs = (): number => Number(process.hrtime.bigint())

/** CLOCK_MONOTONIC: one clock for all threads, where `performance.now()` begins anew in each. */
export const sharedMs = (): number => monotonicNs() / 1e6

/** Resolves once the signal aborts; at once where it already has. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** Calls `act` once after `ms` of the clock, unless it is disposed before. */
export function after(clock: Clock, ms: number, act: () => void): Disposable {
  const cancelled = new AbortController()
  clock.sleep(ms, cancelled.signal).then(act, () => {})
  return { [Symbol.dispose]: () => cancelled.abort() }
}

/** `signal` aborts with a `TimeoutError` after `ms` of the clock, unless it is disposed before. */
export function deadline(clock: Clock, ms: number): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController()
  const timer = after(clock, ms, () =>
    controller.abort(new DOMException(`${Math.round(ms)} ms have passed`, 'TimeoutError')),
  )
  return { signal: controller.signal, [Symbol.dispose]: () => timer[Symbol.dispose]() }
}
