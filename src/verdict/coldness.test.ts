import { expect, test } from 'vitest'
import type { Sample, WakeUp } from '../records/index.ts'
import { judgeColdness } from './coldness.ts'

const warm = (...times: number[]): Sample[] =>
  times.map((e2eMs, index) => ({
    ...{
      scenario: 'warm',
      warmth: 'warm',
      boot: 0,
      index,
      outcome: 'completed',
      sentAtMs: 100 * index,
      e2eMs,
    },
  }))
const took = (e2eMs: number, process: WakeUp['process'] = {}, refusals = 0) =>
  ({ first: { outcome: 'completed', e2eMs }, process, refusals }) as const

test('another process proves a cold start however quick it was, the same one refutes it however slow', () => {
  expect(judgeColdness(took(10, { before: 100, after: 107.5 }), warm(10, 10)).is).toBe('cold')
  expect(judgeColdness(took(9_000, { before: 100, after: 100 }), warm(10, 10))).toMatchObject({
    ...{ is: 'not-shown', because: 'the process that answered before the wait answers after it' },
  })
})

test('an older process after a newer one is another replica, and no start', () => {
  expect(judgeColdness(took(9_000, { before: 107, after: 100 }), warm(10)).is).toBe('not-shown')
})

test('an edge that had nobody to ask proves it', () => {
  expect(judgeColdness(took(10, {}, 3), warm(10, 10))).toMatchObject({ is: 'cold' })
})

test('else the time tells: three times the median warm answer, and longer than each of them', () => {
  expect(judgeColdness(took(301), warm(100, 100, 120)).is).toBe('cold')
  expect(judgeColdness(took(299), warm(100, 100, 120)).is).toBe('not-shown')
  expect(judgeColdness(took(301), warm(100, 100, 400)).is).toBe('not-shown')
  expect(judgeColdness(took(301), []).because).toMatch(/no warm answer/)
})

test('what was not answered is not known', () => {
  const first = { outcome: 'timeout', e2eMs: 9 } as const
  expect(judgeColdness({ first, process: {}, refusals: 0 }, warm(1)).is).toBe('unknown')
})
