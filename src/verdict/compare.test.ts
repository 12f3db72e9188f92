import { expect, test } from 'vitest'
import type { Boot, Policy, Sample } from '../records/index.ts'
import { answerTimes, inClosedLoop } from '../statistics/testing/simulated-answers.ts'
import { compare } from './index.ts'

const policy: Policy = { warmToColdRatio: 0.3, warmE2eMsP50: 2_000, minWarmSamples: 20, minColdStarts: 3 }
const boots: readonly Boot[] = [0, 1, 2].map((index) => ({
  ...{ index, origin: 'started', outcome: 'generating', attempts: [] },
}))
const cold = (coldStartMs: number, boot: number): Sample => ({
  ...{ scenario: 'cold-start', warmth: 'cold', boot, index: 0, outcome: 'completed' },
  ...{ sentAtMs: 0, e2eMs: 50, coldStartMs },
})
const warm = (e2eMs: readonly number[], outcome: Sample['outcome'] = 'completed'): Sample[] =>
  inClosedLoop(e2eMs).map((timed, index) => ({
    ...{ scenario: 'warm', warmth: 'warm', boot: 2, index, outcome, ...timed },
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

test('a warm answer within 100 ms is no reload, however quick the cold start; a slower one is still held to the share', () => {
  const quick = colds(200, 200, 200)
  expect(judged('warm-to-cold', [...quick, ...warm(fill(20, 90))])).toMatch(
    /^passed: .* 45 % of the cold start of 200 ms \(at most 30 % or 100 ms\)/,
  )
  expect(judged('warm-to-cold', [...quick, ...warm(fill(20, 190))])).toMatch(/^failed/)
  expect(judged('warm-to-cold', [...quick, ...warm(fill(20, 101))])).toMatch(/^failed/)
})

test('cold starts that differ are no firm limit: on it at most 5 % pass and 5 % fail, off it the starts do not hinder', () => {
  const share = (times: number) => {
    const starts = answerTimes({ series: 400, answers: 3, correlation: 0, seed: 'starts' })
    const answers = answerTimes({ series: 400, answers: 30, correlation: 0, seed: 'answers' })
    const count = { passed: 0, failed: 0, inconclusive: 0 }
    for (const [i, one] of answers.entries()) {
      // A coefficient of variation of 0.1: the logarithms of 0.3 by three.
      const cold = colds(...Array.from(starts[i] ?? [], (start) => 10_000 * Math.cbrt(start)))
      const [word = ''] = judged('warm-to-cold', [
        ...cold,
        ...warm([...one].map((ms) => 3_000 * times * ms)),
      ]).split(':')
      count[word as keyof typeof count] += 1 / answers.length
    }
    return count
  }
  expect(share(1).passed).toBeLessThanOrEqual(0.05)
  expect(share(1).failed).toBeLessThanOrEqual(0.05)
  expect(share(0.5).passed).toBeGreaterThan(0.99)
  expect(share(2).failed).toBeGreaterThan(0.99)
})

test('one slow start among three hides no reload', () => {
  const oneSlow = colds(600, 800, 9_000)
  expect(judged('warm-to-cold', [...oneSlow, ...warm(fill(20, 440))])).toMatch(/^failed/)
  expect(judged('warm-to-cold', [...oneSlow, ...warm(fill(20, 150))])).toMatch(/^passed/)
})

test('starts too different to tell ask for more starts', () => {
  expect(judged('warm-to-cold', [...colds(800, 1_000, 1_200), ...warm(fill(20, 290))])).toMatch(
    /^inconclusive: .*cold starts differ too much.*INFERGATE_COLD_STARTS=6, or bench\.coldStarts: 6/,
  )
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

test('few samples fail where they show it', () => {
  const starts = colds(1_000, 1_000, 1_000)
  expect(judged('warm-to-cold', [...starts, ...warm(fill(13, 900))])).toMatch(
    /^failed: .*, shown by 13 answers$/,
  )
  // All of them sent within ten seconds: a pause may be the cause.
  expect(judged('warm-to-cold', [...starts, ...warm(fill(11, 900))])).toMatch(/^inconclusive/)
  // Shown against the median start, not against the slowest.
  expect(judged('warm-to-cold', [...colds(1_000, 1_000, 9_000), ...warm(fill(13, 900))])).toMatch(
    /^inconclusive/,
  )
})

test('enough answers with too few cold starts fail where even the slowest start does not explain them', () => {
  expect(judged('warm-to-cold', [cold(1_000, 0), ...warm(fill(20, 400))])).toMatch(/^failed: .*, n = 20$/)
  const two = colds(1_000, 9_000)
  expect(judged('warm-to-cold', [...two, ...warm(fill(20, 2_000))])).toMatch(/^inconclusive/)
})

test('one start of 40 s and three answers of 40 s fail, with 20 answers asked for', () => {
  const samples = [cold(40_000, 2), ...warm(fill(3, 40_000))]
  const strict = { policy: { ...policy, warmE2eMsP50: 500, minColdStarts: 1 } }
  expect(judged('warm-budget', samples, strict)).toBe(
    'failed: warm p50 is 40 s with a budget of 500 ms, shown by 3 answers',
  )
  expect(judged('warm-to-cold', samples, strict)).toBe(
    'failed: warm p50 is 40 s, 100 % of the cold start of 40 s (at most 30 %), shown by 3 answers',
  )
  expect(judged('warm-budget', samples.slice(0, -1), strict)).toMatch(/^inconclusive/)
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

test('a warm limit that a busy machine explains is inconclusive and names the load; a reload fails beside any load', () => {
  const load = { cores: 2, runnable: 2, lateMs: 20 }
  const samples = [...colds(4_000, 4_000, 4_000), ...warm(fill(20, 2_300))]
  expect(judged('warm-budget', samples)).toMatch(/^failed/)
  expect(judged('warm-budget', samples, { load })).toMatch(
    /^inconclusive: warm p50 is 2\.3 s.*; but this machine was busy meanwhile: 2\.0 runnable threads/,
  )
  expect(judged('warm-budget', samples, { load: { ...load, runnable: 0, lateMs: 5 } })).toMatch(/^failed/)
  const reloads = [...colds(4_000, 4_000, 4_000), ...warm(fill(20, 4_000))]
  expect(judged('warm-to-cold', reloads, { load: { ...load, runnable: 40 } })).toMatch(/^failed/)
})
