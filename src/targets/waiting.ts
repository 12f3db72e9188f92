import type { Clock } from '../clock.ts'

/** The promise, or a rejection with the signal's reason when it aborts first. */
export async function orAbort<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const onAbort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** Waits for the promise, but no longer than `ms`; leaves no timer behind. True when it settled in time. */
export async function settled(promise: Promise<unknown>, ms: number, clock: Clock): Promise<boolean> {
  const timer = new AbortController()
  const inTime = promise.then(
    () => true,
    () => true,
  )
  const late = clock.sleep(ms, timer.signal).then(
    () => false,
    () => false,
  )
  try {
    return await Promise.race([inTime, late])
  } finally {
    timer.abort()
  }
}
