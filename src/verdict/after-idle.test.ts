import { expect, test } from 'vitest'
import type { Sample } from '../records/index.ts'
import { judgeIdle, measureIdle } from './after-idle.ts'

const sample: Sample = {
  ...{ scenario: 'after-idle', warmth: 'cold', boot: 0, index: 0, outcome: 'completed' },
  ...{ sentAtMs: 400_000, e2eMs: 9_100, ttftMs: 8_900, idleMs: 300_000 },
}

test('the first answer after a wait passes, and says that the wait is trusted', () => {
  expect(judgeIdle([sample])).toEqual([
    expect.objectContaining({
      says: 'the first answer after 300 s without a request is good',
      outcome: 'passed',
      reason:
        'it took 9.1 s, its first token 8.9 s (n = 1; the wait is trusted, the service may have stayed warm)',
    }),
  ])
  expect(measureIdle([sample]).map((one) => [one.name, 'value' in one && one.value])).toEqual([
    ['afterIdleE2eMs', 9_100],
    ['afterIdleTtftMs', 8_900],
  ])
})

test('one that fails is a finding and no measurement; where nobody waited there is neither', () => {
  const failed = { ...sample, outcome: 'timeout', message: 'no answer in 40 s' } as const
  expect(judgeIdle([failed])).toMatchObject([{ outcome: 'failed', reason: 'timeout: no answer in 40 s' }])
  expect(measureIdle([failed])).toMatchObject([
    { reason: expect.any(String) },
    { reason: expect.any(String) },
  ])
  expect([judgeIdle([]), measureIdle([])]).toEqual([[], []])
})
