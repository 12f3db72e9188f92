import { expect, test } from 'vitest'
import { type Clock, systemClock } from '../clock.ts'
import { openPacer } from './pacer.ts'

const NEVER = new AbortController().signal

test('those who wait are called in the order of their moments, none before it', async () => {
  using pacer = openPacer(systemClock)
  const startMs = systemClock.monotonicMs()
  const called: number[] = []
  const early: number[] = []
  await Promise.all(
    [230.2, 205.4, 205.3, 0, 212.7, 205.35, -3].map(async (ms) => {
      // One that is past is called at once.
      const isPast = systemClock.monotonicMs() >= startMs + ms
      await pacer.until(startMs + ms, NEVER)
      if (!isPast) called.push(ms)
      if (systemClock.monotonicMs() < startMs + ms) early.push(ms)
    }),
  )
  expect(called).toEqual([205.3, 205.35, 205.4, 212.7, 230.2])
  expect(early).toEqual([])
})

test('a moment that is set while another is waited for comes in its own time', async () => {
  using pacer = openPacer(systemClock)
  const startMs = systemClock.monotonicMs()
  const called: string[] = []
  const late = pacer.until(startMs + 40, NEVER).then(() => called.push('late'))
  await systemClock.sleep(25)
  await pacer.until(startMs + 30, NEVER).then(() => called.push('soon'))
  await late
  expect(called).toEqual(['soon', 'late'])
})

test('a signal and the end of the pacer end every wait', async () => {
  const pacer = openPacer(systemClock)
  const stop = new AbortController()
  const far = pacer.until(systemClock.monotonicMs() + 60_000, stop.signal)
  stop.abort()
  await far
  const near = pacer.until(systemClock.monotonicMs() + 19, NEVER)
  pacer[Symbol.dispose]()
  await near
})

test('a clock that is not the system’s sleeps as it does', async () => {
  const time = { ms: 1_000 }
  const clock: Clock = {
    monotonicMs: () => time.ms,
    now: () => new Date(time.ms),
    sleep: async (ms) => {
      time.ms += ms
    },
  }
  using pacer = openPacer(clock)
  await pacer.until(1_500.25, NEVER)
  await pacer.until(1_000, NEVER)
  expect(time.ms).toBe(1_500.25)
})
