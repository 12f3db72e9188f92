import { expect, test } from 'vitest'
import type { Boot, Policy, Sample } from '../records/index.ts'
import { inClosedLoop } from '../statistics/testing/simulated-answers.ts'
import { brokenLimit, failedLimit } from './index.ts'

const policy: Policy = { warmToColdRatio: 0.3, warmE2eMsP50: 2_000, minWarmSamples: 20, minColdStarts: 3 }
const boots: readonly Boot[] = [{ index: 0, origin: 'started', outcome: 'generating', attempts: [] }]
const cold: Sample = {
  ...{ scenario: 'cold-start', warmth: 'cold', boot: 0, index: 0, outcome: 'completed' },
  ...{ sentAtMs: 0, e2eMs: 50, coldStartMs: 1_000 },
}
const warm = (n: number, e2eMs: number, rest: Partial<Sample> = {}): Sample[] =>
  inClosedLoop(Array.from({ length: n }, () => e2eMs)).map((timed, index) => ({
    ...{ scenario: 'warm', warmth: 'warm', boot: 0, index, outcome: 'completed', ...timed },
    ...rest,
  }))
const broken = (samples: readonly Sample[]) => brokenLimit({ samples, boots, policy })

test('the benchmark may end once a limit is shown to be broken, and not before', () => {
  expect(broken([cold, ...warm(13, 900)])).toEqual({ id: 'warm-to-cold', limitMs: 300, after: 13 })
  expect(broken([cold, ...warm(11, 900)])).toBeUndefined()
  expect(broken([cold, ...warm(100, 90)])).toBeUndefined()
  expect(broken(warm(3, 7_000))).toEqual({ id: 'warm-budget', limitMs: 2_000, after: 3 })
  expect(broken(warm(30, 1_500))).toBeUndefined()
})

test('the samples may come in any order', () => {
  expect(broken(warm(3, 7_000).toReversed())).toMatchObject({ id: 'warm-budget', after: 3 })
})

test('a limit that only the slowest start keeps is not broken yet', () => {
  const slowest: Sample = { ...cold, boot: 1, coldStartMs: 9_000 }
  const both = [...boots, { ...boots[0], index: 1 } as Boot]
  const samples = [cold, slowest, ...warm(13, 900)]
  expect(brokenLimit({ samples, boots: both, policy })).toBeUndefined()
})

test('three failed requests end it, however quick they are; two failed ones say nothing of the pace', () => {
  expect(broken(warm(3, 12, { outcome: 'reset' }))).toEqual({ id: 'warm-errors', after: 3 })
  expect(broken(warm(2, 60_000, { outcome: 'timeout' }))).toBeUndefined()
})

test('a slow warm-up is no evidence', () => {
  expect(broken(warm(8, 25_000, { warmUp: true }))).toBeUndefined()
})

test('once all answers are taken, a limit that fails is known before the checks', () => {
  const failed = (samples: readonly Sample[]) => failedLimit({ samples, boots, policy })
  expect(failed(warm(20, 2_100))).toEqual({ id: 'warm-budget', limitMs: 2_000, after: 20 })
  expect(failed(warm(20, 2_000))).toBeUndefined()
  // How requests fail is for the checks to tell, in their full time.
  expect(
    failed([...warm(20, 90), { ...warm(1, 90)[0], index: 99, outcome: 'reset' } as Sample]),
  ).toBeUndefined()
})
