import { type Clock, systemClock } from '../../clock.ts'

/** What one turn of the loop counts for: twice what it takes on an idle machine. */
const TURN_MS = 2

type Sleeper = { readonly untilMs: number; wake(): void }

let elapsedMs = 0
let sleepers: readonly Sleeper[] = []
let isTurning = false

/**
 * Time counted in turns of this process's loop. A simulator, the faults in it and the test that looks at them share that loop,
 * so a machine that stalls one stalls them all: what shows, shows alike on an idle machine and on a busy one. It stands still
 * while nobody sleeps.
 */
export const turnClock: Clock = {
  now: systemClock.now,
  monotonicMs: () => elapsedMs,
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const leave = () => {
        sleepers = sleepers.filter((other) => other !== sleeper)
        reject(signal?.reason)
      }
      const wake = () => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      const sleeper = { untilMs: elapsedMs + ms, wake }
      sleepers = [...sleepers, sleeper]
      signal?.addEventListener('abort', leave, { once: true })
      if (!isTurning) void turnWhileNeeded()
    })
  },
}

async function turnWhileNeeded(): Promise<void> {
  isTurning = true
  while (sleepers.length > 0) {
    await systemClock.sleep(1)
    turn()
  }
  isTurning = false
}

function turn(): void {
  elapsedMs += TURN_MS
  const due = sleepers.filter(({ untilMs }) => untilMs <= elapsedMs)
  sleepers = sleepers.filter(({ untilMs }) => untilMs > elapsedMs)
  for (const { wake } of due.toSorted((a, b) => a.untilMs - b.untilMs)) wake()
}
