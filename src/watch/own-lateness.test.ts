import { expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { OwnLateness } from './own-lateness.ts'

test('time in which this process did not run is counted where it falls, and none beside it', () => {
  let nowMs = 1_000
  using own = new OwnLateness({ ...systemClock, monotonicMs: () => nowMs })
  for (nowMs = 1_050; nowMs <= 1_500; nowMs += 50) own.beat()
  expect(own.lateMs(1_000, nowMs)).toBe(0)
  nowMs = 4_550
  own.beat()
  expect(own.lateMs(1_000, 4_550)).toBe(2_950)
  expect(own.lateMs(4_000, 4_550)).toBe(550)
  expect(own.lateMs(1_000, 1_400)).toBe(0)
})

test('what is kept does not grow with the time', () => {
  let nowMs = 0
  using own = new OwnLateness({ ...systemClock, monotonicMs: () => nowMs })
  for (let n = 0; n < 1_000; n++) {
    nowMs += 1_050
    own.beat()
  }
  expect(own.lateMs(0, nowMs)).toBeLessThanOrEqual(121_000)
})
