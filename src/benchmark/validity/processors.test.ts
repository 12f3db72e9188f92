import { expect, test } from 'vitest'
import { coreTimes, parseStat, readProcessorTimes, sharesBetween, throttledTime } from './processors.ts'
import { parseSchedstat } from './thread-times.ts'

const STAT = `cpu  30 3 30 3000 30 3 3 30 0 0
cpu0 10 1 10 1000 10 1 1 10 0 0
cpu1 20 2 20 2000 20 2 2 20 0 0
intr 81022043 0 0
ctxt 263183820
`

test('busy and stolen time are those of the cores that are allowed', () => {
  expect(coreTimes(STAT, '0-1')).toEqual({ cores: 2, busyMs: 690, stolenMs: 300 })
  expect(coreTimes(STAT, '1')).toEqual({ cores: 1, busyMs: 460, stolenMs: 200 })
  expect(coreTimes(STAT, '0,2-7')).toMatchObject({ cores: 1, busyMs: 230 })
  expect(coreTimes(STAT, '')).toMatchObject({ cores: 2 })
  expect(coreTimes('', '0')).toBeUndefined()
})

test('a process is read whatever its name holds, with the time of children that have ended', () => {
  const stat = '77 (a) b (c) S 12 77 77 0 -1 4194304 100 0 0 0 7 3 20 10 20 0 1 0 555 1 1'
  expect(parseStat(77, stat)).toEqual({ pid: 77, parent: 12, usedMs: 400 })
  expect(parseStat(77, '')).toBeUndefined()
})

test('what nobody owns is others’', () => {
  const before = { cores: 2, busyMs: 1_000, stolenMs: 0, ownMs: 100, targetMs: 200, throttledMs: 50 }
  const after = { cores: 2, busyMs: 2_600, stolenMs: 100, ownMs: 300, targetMs: 700, throttledMs: 50 }
  expect(sharesBetween(before, after, 1_000)).toEqual({
    ...{ cores: 2, own: 0.2, target: 0.5, others: expect.closeTo(0.9), stolen: 0.1 },
  })
  // Ticks of 10 ms may come late: never below nothing.
  expect(sharesBetween(before, { ...after, busyMs: 1_100 }, 1_000).others).toBe(0)
})

test('a quota and the account of a thread are read as the kernel writes them', () => {
  expect(throttledTime('usage_usec 9\nnr_periods 3\nnr_throttled 2\nthrottled_usec 1500\n')).toBe(1.5)
  expect(throttledTime('usage_usec 9\n')).toBeUndefined()
  expect(parseSchedstat('815264 111223 4\n')).toEqual({ ranMs: 0.815264, waitedMs: 0.111223 })
  expect(parseSchedstat('')).toBeUndefined()
})

test.runIf(process.platform === 'linux')('this machine says how busy it is', () => {
  const times = readProcessorTimes()
  expect(times?.busyMs).toBeGreaterThan(times?.ownMs ?? Number.POSITIVE_INFINITY)
})
