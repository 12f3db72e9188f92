import { expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { startCheckTime } from './check-time.ts'

const never = new AbortController().signal
const start = (limitMs: number, runLeftMs = () => Number.POSITIVE_INFINITY) =>
  startCheckTime({ limitMs, runLeftMs, clock: systemClock, runEnded: never })

test('while a request of a check is held back no time of the check passes', async () => {
  using time = start(200)
  time.held(true)
  time.held(true)
  await systemClock.sleep(300)
  time.held(false)
  expect(time.signal.aborted).toBe(false)
  time.held(false)
  expect(time.leftMs()).toBeGreaterThan(100)
  expect(await time.over).toBe('spent')
  expect(time.spentMs()).toBeGreaterThanOrEqual(480)
})

test('the budget of the run ends a check that is held back', async () => {
  const endsAtMs = systemClock.monotonicMs() + 150
  using time = start(60_000, () => endsAtMs - systemClock.monotonicMs())
  time.held(true)
  expect(await time.over).toBe('spent')
  expect(time.signal.aborted).toBe(true)
})
