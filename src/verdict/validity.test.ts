import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { InvalidReason, Run, Sample } from '../records/index.ts'
import { decide } from './index.ts'

const passing: Run = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/verdict/passing.json'), 'utf8'),
)
const boot = passing.boots.at(-1)?.index ?? 0
const samples: readonly Sample[] = Array.from({ length: 200 }, (_, index) => ({
  ...{ scenario: 'load', warmth: 'steady', boot, index, outcome: 'completed' },
  ...{ sentAtMs: 10_000 + 50 * index, e2eMs: 900 },
}))
const saturated: InvalidReason = {
  kind: 'saturated',
  says: 'The generator was saturated: send lag p99 61.3 ms (limit 5 ms, n = 400).',
  next: 'Ask for fewer streams.',
}

const runWith = (reasons: readonly InvalidReason[], more: Partial<Run> = {}): Run => ({
  ...passing,
  samples: [...passing.samples, ...samples],
  loads: [
    {
      scenario: 'load',
      stated: {
        arrivals: { shape: 'rate', rate: 20, spacing: { kind: 'constant' } },
        durationMs: 10_000,
      },
      ...{ says: '20 requests/s for 10 s', asks: '', maxInFlight: 100, promptsSha256: '', requests: 200 },
      ...{ startedAtMs: 10_000, endedAtMs: 21_000, sent: 200, mostInFlight: 3, firstWave: 1, warmUp: '' },
      end: { by: 'schedule', reason: 'all were sent' },
      validity: { reasons, warnings: [], clients: [] },
    },
  ],
  policy: { ...passing.policy, limits: { 'steady.e2eMsP50': { max: 500 } } },
  ...more,
})

test('a limit that a valid load breaks is a FAIL', () => {
  expect(decide(runWith([]))).toMatchObject({ verdict: 'FAIL', exitCode: 10, state: 'complete' })
})

test('a limit that an invalid load breaks is none: the run is invalid, with figure, threshold and advice', () => {
  const decision = decide(runWith([saturated]))
  expect(decision).toMatchObject({ verdict: 'INCONCLUSIVE', exitCode: 20, state: 'invalid' })
  expect(decision.reasons[0]).toBe(
    'The load is invalid: The generator was saturated: send lag p99 61.3 ms (limit 5 ms, n = 400). Ask for fewer streams.',
  )
  const limit = decision.comparisons.find(({ id }) => id === 'limits.steady.e2eMsP50')
  expect(limit).toMatchObject({ outcome: 'inconclusive' })
  expect(limit?.reason).toMatch(/; but the load is invalid$/)
})

test('an invalid load is no PASS, however fast it was', () => {
  const policy = { ...passing.policy, limits: { 'steady.e2eMsP50': { max: 5_000 } } }
  expect(decide(runWith([], { policy }))).toMatchObject({ verdict: 'PASS' })
  expect(decide(runWith([saturated], { policy }))).toMatchObject({
    verdict: 'INCONCLUSIVE',
    state: 'invalid',
  })
  expect(decide(runWith([saturated], { policy: passing.policy }))).toMatchObject({ verdict: 'INCONCLUSIVE' })
})

test('that the service answers with errors stays a finding', () => {
  const failing = samples.map((one) => ({ ...one, outcome: 'http-status' as const, message: 'HTTP 500' }))
  const policy = { ...passing.policy, limits: { 'steady.errorRate': { max: 0.01 } } }
  const run = runWith([saturated], { policy, samples: [...passing.samples, ...failing] })
  expect(decide(run)).toMatchObject({ verdict: 'FAIL', exitCode: 10, state: 'invalid' })
})
