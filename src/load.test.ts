import { expect, test } from 'vitest'
import { systemClock } from './clock.ts'
import { describeLoad, explains, type Load, watchLoad } from './load.ts'

const QUIET: Load = { cores: 2, runnable: 0.2, stolen: 0, lateMs: 8 }
const BUSY: Load = { cores: 2, runnable: 2, stolen: 0, lateMs: 40 }

test('a quiet machine explains nothing, however little is missing', () => {
  expect(explains(QUIET, { tookMs: 251, limitMs: 250 })).toBe(false)
})

test('two busy neighbours on two cores explain twice the time and the lateness, and no more', () => {
  expect(explains(BUSY, { tookMs: 500, limitMs: 250 })).toBe(true)
  expect(explains(BUSY, { tookMs: 580, limitMs: 250 })).toBe(true)
  expect(explains(BUSY, { tookMs: 590, limitMs: 250 })).toBe(false)
  // However many run beside.
  expect(explains({ ...BUSY, runnable: 40 }, { tookMs: 1_000, limitMs: 300 })).toBe(false)
  // A limit that was timed under the same load has grown with it.
  expect(explains(BUSY, { tookMs: 420, limitMs: 285, isRelative: true })).toBe(false)
  expect(explains(BUSY, { tookMs: 420, limitMs: 345, isRelative: true })).toBe(true)
  // A reload takes seconds, where the event loop was late by milliseconds.
  expect(explains(BUSY, { tookMs: 3_000, limitMs: 900 })).toBe(false)
})

test('stolen time and a late event loop count where nobody runs beside', () => {
  expect(explains({ ...QUIET, stolen: 0.5 }, { tookMs: 400, limitMs: 250 })).toBe(true)
  expect(explains({ cores: 8, lateMs: 100 }, { tookMs: 440, limitMs: 250 })).toBe(true)
  expect(explains({ cores: 8, lateMs: 100 }, { tookMs: 500, limitMs: 250 })).toBe(false)
})

test('a blocked event loop is seen, and said with its figures', async () => {
  using watch = watchLoad()
  await systemClock.sleep(40)
  const endMs = systemClock.monotonicMs() + 150
  while (systemClock.monotonicMs() < endMs);
  await systemClock.sleep(20)
  const load = await watch.read(systemClock)
  expect(load.lateMs).toBeGreaterThan(80)
  expect(load.cores).toBeGreaterThan(0)
  expect(describeLoad(BUSY)).toBe(
    'this machine was busy meanwhile: 2.0 runnable threads of others on 2 cores, the event loop was late by 40 ms (p99): repeat the run on a quiet machine',
  )
})
