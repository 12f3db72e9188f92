import { type Clock, systemClock } from '../../clock.ts'

type Sleeper = { readonly untilMs: number; wake(): void }

/**
 * A clock that goes on to the next sleeper as soon as nothing else is left to do: minutes of a schedule pass in milliseconds, and
 * equal programs see equal times. Tests only, and only where nobody waits for a socket.
 */
export function virtualClock(): Clock {
  let nowMs = 0
  let isTurning = false
  const sleepers = new Set<Sleeper>()
  const turn = (): void => {
    const next = [...sleepers].reduce<Sleeper | undefined>(
      (least, one) => (least && least.untilMs <= one.untilMs ? least : one),
      undefined,
    )
    isTurning = next !== undefined
    if (!next) return
    nowMs = Math.max(nowMs, next.untilMs)
    sleepers.delete(next)
    next.wake()
    setImmediate(turn)
  }
  return {
    now: systemClock.now,
    monotonicMs: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const leave = () => {
          sleepers.delete(sleeper)
          reject(signal?.reason)
        }
        const wake = () => {
          signal?.removeEventListener('abort', leave)
          resolve()
        }
        const sleeper = { untilMs: nowMs + ms, wake }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', leave, { once: true })
        if (!isTurning) setImmediate(turn)
        isTurning = true
      }),
  }
}
