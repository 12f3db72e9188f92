import { expect, test } from 'vitest'
import { beforeAfter, middleOf } from './since.ts'

test('what a side did not measure or keep says so, and is no 0', () => {
  const common = { startedAt: '2026-01-01', toolVersion: '0.1.0' }
  const before = { ...common, runId: 'a', verdict: 'PASS' as const, coldMs: 3_000.4, warmMs: 120 }
  const now = { ...common, runId: 'b', verdict: 'FAIL' as const, failing: ['x.y', 'x.z'], version: '2' }
  const rows = new Map(beforeAfter(before, now, []).rows.map((row) => [row.what, [row.before, row.now]]))
  expect(rows.get('cold start, p50')).toEqual(['3000 ms', 'not measured'])
  expect(rows.get('failing checks')).toEqual(['not kept', '2: x.y, x.z'])
  expect(rows.get('version of the service')).toEqual(['not known', '2'])
})

test('of several starts the middle one counts, and of none there is none', () => {
  expect(middleOf([3, undefined, 1, 2])).toBe(2)
  expect(middleOf([undefined])).toBeUndefined()
})
