import { parentPort, workerData } from 'node:worker_threads'
import { sharedMs } from '../clock.ts'
import { type Alarm, RUNG, SET } from './alarm.ts'

/**
 * A sleep ends about this late: Linux lets timers slip by 50 µs (prctl(2), PR_SET_TIMERSLACK), and a thread has to wake up. So it
 * ends this much earlier, and the rest is counted down.
 */
const LATE_MS = 0.05

const { words, at }: Alarm = workerData
parentPort?.postMessage('ready')
let rungFor = 0
while (true) {
  const set = Atomics.load(words, SET)
  const leftMs = set === rungFor ? Number.POSITIVE_INFINITY : (at[0] ?? 0) - sharedMs()
  // Setting it anew ends the sleep, too.
  if (leftMs > LATE_MS) Atomics.wait(words, SET, set, leftMs - LATE_MS)
  else if (leftMs <= 0) {
    rungFor = set
    Atomics.add(words, RUNG, 1)
    Atomics.notify(words, RUNG)
  }
}
