import { expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { Deadlines } from './deadlines.ts'

/** Time that goes where it is told; sleepers wake in order. */
function handClock() {
  let nowMs = 0
  const sleepers: { readonly atMs: number; readonly wake: () => void }[] = []
  return {
    ...systemClock,
    monotonicMs: () => nowMs,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        sleepers.push({ atMs: nowMs + ms, wake: resolve })
        signal?.addEventListener('abort', () => reject(signal.reason))
      }),
    async goTo(ms: number) {
      nowMs = ms
      for (const { wake } of sleepers.filter(({ atMs }) => atMs <= ms)) wake()
      await new Promise(setImmediate)
    },
  }
}

test('each deadline passes at its time, whatever the order, and one that is deleted does not', async () => {
  const clock = handClock()
  const deadlines = new Deadlines(clock)
  const passed: string[] = []
  const add = (atMs: number, name = String(atMs)) => {
    const deadline = { atMs, onPassed: () => void passed.push(name) }
    deadlines.add(deadline)
    return deadline
  }
  add(1_000)
  const gone = add(300)
  add(200)
  add(2_000)
  deadlines.delete(gone)
  await clock.goTo(199)
  expect(passed).toEqual([])
  await clock.goTo(300)
  expect(passed).toEqual(['200'])
  await clock.goTo(1_000)
  expect(passed).toEqual(['200', '1000'])
  add(1_000, 'at once')
  await clock.goTo(1_001)
  await clock.goTo(3_000)
  expect(passed).toEqual(['200', '1000', 'at once', '2000'])
  deadlines.close()
})
