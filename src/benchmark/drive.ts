import { setMaxListeners } from 'node:events'
import { Driver } from './driver.ts'
import type { Driven, DriveOptions, Driving } from './driving.ts'

/**
 * Sends each request when it is due, whatever the answers do, or in a closed loop when a place is free; gives what became of each
 * as it is complete. Who stops taking them ends the load. Throws what keeps a request from being sent at all: a mistake in the
 * request, never the service.
 */
export function drive(options: DriveOptions): Driving {
  const left = new AbortController()
  const signal = AbortSignal.any([options.signal, left.signal])
  // Each request in flight listens here.
  setMaxListeners(0, signal)
  const driver = new Driver({ ...options, signal })
  return { report: () => driver.report(), [Symbol.asyncIterator]: () => answersOf(driver, left) }
}

async function* answersOf(driver: Driver, left: AbortController): AsyncGenerator<Driven, void> {
  const sending = driver.run()
  // Awaited below, which may be later than it fails.
  sending.catch(() => {})
  try {
    yield* driver.done
  } finally {
    left.abort()
    await sending
  }
}
