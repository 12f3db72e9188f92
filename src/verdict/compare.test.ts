import { expect, test } from 'vitest'
import type { Boot, Policy, Sample } from '../records/index.ts'
import { brokenBeyondDoubt, compare } from './index.ts'

const policy: Policy = { warmToColdRatio: 0.3, warmE2eMsP50: 2_000, minWarmSamples: 20, minColdStarts: 3 }
const boots: readonly Boot[] = [0, 1, 2].map((index) => ({
  ...{ index, origin: 'started', outcome: 'generating', attempts: [] },
}))
const cold = (coldStartMs: number, boot: number): Sample => ({
  ...{ scenario: 'cold-start', warmth: 'cold', boot, index: 0, outcome: 'completed' },
  ...{ sentAtMs: 0, e2eMs: 50, coldStartMs },
})
const warm = (e2eMs: readonly number[], outcome: Sample['outcome'] = 'completed'): Sample[] =>
  e2eMs.map((ms, index) => ({
    ...{ scenario: 'warm', warmth: 'warm', boot: 2, index, outcome, sentAtMs: index, e2eMs: ms },
  }))
const fill = (n: number, ms: number) => Array.from({ length: n }, () => ms)
const colds = (...ms: number[]) => ms.map(cold)

/** Outcome and reason of one comparison. */
const judged = (
  id: string,
  samples: readonly Sample[],
  changes: Partial<Parameters<typeof compare>[0]> = {},
) => {
  const found = compare({ command: 'gate', samples, boots, policy, ...changes }).find((one) => one.id === id)
  return `${found?.outcome}: ${found?.reason}`
}

test('a fast service with a real cold start passes, one that loads on each request fails', () => {
  const starts = colds(1_000, 1_050, 1_100)
  expect(judged('warm-to-cold', [...starts, ...warm(fill(20, 85))])).toMatch(
    /^passed: .* 8.1 % of the cold start/,
  )
  expect(judged('warm-to-cold', [...starts, ...warm(fill(20, 880))])).toMatch(/^failed: .*83.8 %/)
})

test('the origin story fails before its repair and passes after it', () => {
  const starts = colds(4_000, 3_000, 5_000)
  expect(judged('warm-to-cold', [...starts, ...warm(fill(20, 3_500))])).toMatch(/^failed/)
  expect(judged('warm-to-cold', [...starts, ...warm(fill(20, 500))])).toMatch(/^passed/)
})

test('the limit itself is still kept', () => {
  expect(judged('warm-to-cold', [...colds(1_000, 1_000, 1_000), ...warm(fill(20, 300))])).toMatch(/^passed/)
  expect(judged('warm-budget', warm(fill(20, 2_000)))).toMatch(/^passed/)
  expect(judged('warm-budget', warm(fill(20, 2_000.1)))).toMatch(/^failed/)
})

test('too few samples pass nothing, and say how many there were', () => {
  const few = [...colds(1_000, 1_000, 1_000), ...warm(fill(19, 80))]
  expect(judged('warm-to-cold', few)).toMatch(/^inconclusive: .*19 of at least 20 good warm answers$/)
  expect(judged('warm-budget', few)).toMatch(/^inconclusive/)
  expect(judged('warm-errors', few)).toBe('inconclusive: only 19 of at least 20 warm requests were sent')
  const oneStart = [cold(1_000, 0), ...warm(fill(20, 80))]
  expect(judged('cold-starts', oneStart)).toBe('inconclusive: 1 of at least 3 cold starts were timed')
  expect(judged('warm-to-cold', oneStart)).toMatch(/^inconclusive: .* and 1 of 3 cold starts$/)
  expect(judged('warm-to-cold', warm(fill(20, 80)))).toBe('inconclusive: no cold start was timed')
  expect(judged('warm-budget', [])).toBe('inconclusive: 0 of at least 20 good warm answers')
})

test('a policy that asks for no samples still passes nothing without one', () => {
  const nothing = { ...policy, minWarmSamples: 0, minColdStarts: 0 }
  const outcomes = compare({ command: 'gate', samples: [], boots, policy: nothing }).map(
    ({ outcome }) => outcome,
  )
  expect(outcomes).toEqual(fill(4, 0).map(() => 'inconclusive'))
})

test('few samples fail where they leave no doubt', () => {
  const starts = colds(1_000, 1_000, 1_000)
  expect(judged('warm-to-cold', [...starts, ...warm(fill(8, 900))])).toMatch(
    /^failed: .* beyond doubt after 8 answers$/,
  )
  expect(judged('warm-to-cold', [...starts, ...warm(fill(7, 900))])).toMatch(/^inconclusive/)
  // Beyond doubt against the median start, not against the slowest.
  expect(judged('warm-to-cold', [...colds(1_000, 1_000, 9_000), ...warm(fill(8, 900))])).toMatch(
    /^inconclusive/,
  )
})

test('one failed request fails, with its cause', () => {
  const broken: Sample[] = warm([12], 'truncated-stream').map((one) => ({
    ...one,
    index: 99,
    message: 'cut',
  }))
  expect(judged('warm-errors', [...warm(fill(19, 80)), ...broken])).toBe(
    'failed: 1 of 20 warm requests failed, first with truncated-stream: cut',
  )
})

test('checking suites compares nothing', () => {
  expect(compare({ command: 'check', samples: [], boots, policy })).toEqual([])
})

test('a service that was found has no cold rule, but keeps its budget', () => {
  const found: readonly Boot[] = [{ index: 2, origin: 'found', outcome: 'generating', attempts: [] }]
  const outcomes = compare({ command: 'bench', samples: warm(fill(20, 80)), boots: found, policy })
  expect(outcomes.map(({ outcome }) => outcome)).toEqual([
    ...['not-applicable', 'not-applicable', 'passed', 'passed'],
  ])
})

test('the benchmark may end once a limit is broken beyond doubt, and not before', () => {
  const starts = colds(1_000, 1_050, 1_100)
  const broken = (samples: readonly Sample[]) =>
    brokenBeyondDoubt({ samples: [...starts, ...samples], boots, policy })
  expect(broken(warm(fill(8, 900)))).toEqual({ id: 'warm-to-cold', limitMs: 330, after: 8 })
  expect(broken(warm(fill(7, 900)))).toBeUndefined()
  expect(broken(warm(fill(100, 90)))).toBeUndefined()
  expect(broken(warm(fill(8, 30_000), 'timeout'))).toMatchObject({ after: 8 })
  expect(brokenBeyondDoubt({ samples: warm(fill(8, 2_500)), boots, policy })).toBeDefined()
  expect(brokenBeyondDoubt({ samples: warm(fill(8, 1_500)), boots, policy })).toBeUndefined()
})

test('a slow warm-up is no evidence', () => {
  const slow = warm(fill(8, 2_500)).map((one) => ({ ...one, index: one.index - 8, warmUp: true }) as const)
  expect(brokenBeyondDoubt({ samples: slow, boots, policy })).toBeUndefined()
})
