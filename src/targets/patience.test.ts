import { expect, test } from 'vitest'
import type { BootAttempt } from '../records/index.ts'
import { giveUpAtMs, patience, pauseMs } from './patience.ts'

const failed = (atMs: number, rest: Partial<BootAttempt> = {}): BootAttempt => ({
  ...{ atMs, what: 'generate', tookMs: 5, failure: 'http-status', status: 500, message: `request ${atMs}` },
  ...rest,
})
const every = (ms: number, untilMs: number, rest: Partial<BootAttempt> = {}): BootAttempt[] =>
  Array.from({ length: untilMs / ms + 1 }, (_, index) => failed(index * ms, rest))
const silent = (atMs: number, failure: 'timeout' | 'connect'): BootAttempt => ({
  atMs,
  what: 'generate',
  tookMs: 5,
  failure,
  message: 'nobody answered',
})
const at = (atMs: number, found = false) => ({ sinceMs: 0, giveUpAtMs: 40_000, atMs, found })

test('the same wrong answer for three seconds is enough, whatever its message holds', () => {
  expect(patience(every(250, 2_750), at(2_750))).toBe('wait')
  expect(patience(every(250, 3_000), at(3_000))).toBe('give-up')
})

test('wrong answers that differ get ten seconds', () => {
  const changing = every(250, 9_750).map((attempt, index) => ({
    ...attempt,
    status: index % 2 === 0 ? 500 : 400,
  }))
  expect(patience(changing, at(9_750))).toBe('wait')
  expect(patience(changing, at(10_000))).toBe('give-up')
})

test.for([{ status: 503 }, { status: 429 }, { status: 504 }])('HTTP $status may be loading', (busy) => {
  expect(patience(every(250, 30_000, busy), at(30_000))).toBe('wait')
  expect(patience(every(250, 40_000, busy), at(40_000))).toBe('give-up')
})

test('a hang may be loading, until the time is over', () => {
  expect(patience([silent(0, 'timeout')], at(25_000))).toBe('wait')
  expect(patience([silent(0, 'timeout'), silent(25_000, 'timeout')], at(40_000))).toBe('give-up')
})

test('a refused key is told after a second, not at the first answer', () => {
  expect(patience(every(250, 250, { status: 401 }), at(250))).toBe('wait')
  expect(patience(every(250, 1_000, { status: 401 }), at(1_000))).toBe('locked-out')
})

test('a found service whose generations reach nobody is unreachable; a started one may be coming up', () => {
  const refused = [silent(0, 'connect'), silent(1_500, 'connect'), silent(3_000, 'connect')]
  expect(patience(refused, at(3_000, true))).toBe('unreachable')
  expect(patience(refused, at(3_000, false))).toBe('wait')
})

test('nothing failed, nothing to give up', () => {
  expect(patience([], at(60_000))).toBe('wait')
})

test('a service that never generates is judged within a minute of its health, sooner when its start is limited', () => {
  expect(giveUpAtMs(100_000, { readyTimeoutMs: 600_000 })).toBe(140_000)
  expect(giveUpAtMs(1_000, { readyTimeoutMs: 20_000 })).toBe(20_000)
  expect(giveUpAtMs(19_000, { readyTimeoutMs: 20_000 })).toBe(24_000)
  expect(giveUpAtMs(1_000, { readyTimeoutMs: 20_000, firstAnswerTimeoutMs: 180_000 })).toBe(181_000)
})

test('attempts are close together at first and never far apart', () => {
  expect([0, 1_000, 5_000, 60_000].map(pauseMs)).toEqual([25, 25, 100, 250])
})
