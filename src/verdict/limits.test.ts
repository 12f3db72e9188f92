import { expect, test } from 'vitest'
import type { Boot, Comparison, Limit, Policy, Sample, Warmth } from '../records/index.ts'
import { answerTimes } from '../statistics/testing/simulated-answers.ts'
import { compare, LIMIT_NAMES } from './index.ts'

const policy: Policy = { warmToColdRatio: 0.3, warmE2eMsP50: 2_000, minWarmSamples: 20, minColdStarts: 3 }
const boots: readonly Boot[] = Array.from({ length: 9 }, (_, index) => ({
  ...{ index, origin: 'started', outcome: 'generating', attempts: [] },
}))

const samples = (warmth: Warmth, values: readonly Partial<Sample>[]): Sample[] =>
  values.map((value, index) => ({
    ...{ scenario: warmth, warmth, boot: warmth === 'cold' ? index : 0, index, outcome: 'completed' },
    ...{ sentAtMs: 100 * index, e2eMs: 100, ...value },
  }))

const judged = (name: string, limit: Limit, given: readonly Sample[]): Comparison => {
  const all = compare({
    command: 'gate',
    samples: given,
    boots,
    policy: { ...policy, limits: { [name]: limit } },
  })
  return all.find(({ id }) => id === `limits.${name}`) ?? expect.fail(`no comparison for ${name}`)
}

/** Thirty answers spread evenly around a middle, in a shuffled order. */
const around = (middle: number, share = 0.1): Partial<Sample>[] =>
  Array.from({ length: 30 }, (_, i) => ({ e2eMs: middle * (1 + share * ((((i * 7) % 30) - 14.5) / 15)) }))

test('a limit above the interval passes, below it fails, inside it is inconclusive with what would settle it', () => {
  const given = samples('warm', around(400))
  expect(judged('warm.e2eMsP50', { max: 450 }, given)).toMatchObject({
    says: 'warm.e2eMsP50 is at most 450 ms',
    outcome: 'passed',
    limit: 450,
    value: expect.closeTo(400, 0),
  })
  expect(judged('e2eMsP50', { max: 350 }, given)).toMatchObject({ outcome: 'failed' })
  for (const max of [398, 402])
    expect(judged('warm.e2eMsP50', { max }, given)).toMatchObject({
      outcome: 'inconclusive',
      reason: expect.stringMatching(
        /^4\d\d ms|400 ms \[.*95 %\], n = 30.*inside the interval.*bench\.warmRequests/,
      ),
    })
})

test('a margin is the share by which a limit may be missed, to the side that is worse', () => {
  const given = samples(
    'warm',
    around(400).map((one) => ({ ...one, outputTokens: 40 })),
  )
  expect(judged('warm.e2eMsP50', { max: 390, margin: 0.1 }, given)).toMatchObject({
    outcome: 'passed',
    limit: expect.closeTo(429, 6),
  })
  expect(judged('outputTokensPerSecond', { min: 105 }, given).outcome).toBe('failed')
  expect(judged('outputTokensPerSecond', { min: 105, margin: 0.1 }, given).outcome).toBe('passed')
  expect(judged('outputTokensPerSecond', { min: 99 }, given).outcome).toBe('inconclusive')
})

test('a limit that no sample answers is inconclusive and says why', () => {
  const given = samples('warm', around(400))
  const reasons = {
    'steady.ttftMsP99': /no steady sample was taken/,
    coldStartMsP50: /no cold sample was taken/,
    'warm.ttftMsP50': /no good warm answer came with ttftMs/,
    'warm.e2eMsP99': /p99 needs 299 values, there were 30/,
    outputTokensPerSecond: /no good answer came with a count of its tokens/,
    'warm.nonsense': /this limit is not known/,
  }
  for (const [name, reason] of Object.entries(reasons))
    expect(judged(name, name === 'outputTokensPerSecond' ? { min: 1 } : { max: 1e9 }, given)).toMatchObject({
      outcome: 'inconclusive',
      reason: expect.stringMatching(reason),
    })
  expect(judged('errorRate', { max: 1 }, []).outcome).toBe('inconclusive')
})

test('an error rate of 0 asks that no request fails; above it the interval decides', () => {
  const one = (n: number, failures: number) =>
    samples(
      'warm',
      Array.from({ length: n }, (_, i) => (i < failures ? { outcome: 'timeout' } : {})),
    )
  expect(judged('errorRate', { max: 0 }, one(30, 0))).toMatchObject({
    outcome: 'passed',
    reason: expect.stringContaining('a rate of 9.5 % would have shown'),
  })
  expect(judged('errorRate', { max: 0 }, one(30, 1)).outcome).toBe('failed')
  expect(judged('errorRate', { max: 0 }, one(19, 0)).outcome).toBe('inconclusive')
  expect(judged('errorRate', { max: 0.01 }, one(30, 0)).outcome).toBe('inconclusive')
  expect(judged('errorRate', { max: 0.01 }, one(400, 0)).outcome).toBe('passed')
  expect(judged('errorRate', { max: 0.01 }, one(30, 9)).outcome).toBe('failed')
})

test('of a handful of cold starts the best and the worst decide, and the sentence says how many there were', () => {
  const starts = (n: number) =>
    samples(
      'cold',
      Array.from({ length: n }, (_, i) => ({ coldStartMs: 5_000 + ((i * 4) % 9) })),
    )
  expect(judged('cold.coldStartMsP50', { max: 5_008 }, starts(3))).toMatchObject({
    outcome: 'passed',
    reason: '5 s [5 s to 5.01 s, best and worst start], n = 3, limit 5.01 s',
  })
  expect(judged('cold.coldStartMsP50', { max: 5_006 }, starts(3))).toMatchObject({
    outcome: 'inconclusive',
    reason: expect.stringMatching(/the limit lies inside the interval.*bench\.coldStarts/),
  })
  expect(judged('cold.coldStartMsP50', { max: 60_000 }, starts(9)).outcome).toBe('passed')
  expect(judged('coldStartMsP50', { max: 4_000 }, starts(9)).outcome).toBe('failed')
})

test('of 200 services whose median lies on its limit few pass, few fail, and the others are inconclusive', () => {
  const counts = { passed: 0, failed: 0, inconclusive: 0, 'not-applicable': 0 }
  for (const times of answerTimes({ series: 200, answers: 30, correlation: 0, seed: 'on the limit' })) {
    const values = [...times].map((time) => ({ e2eMs: 400 * time }))
    counts[judged('warm.e2eMsP50', { max: 400 }, samples('warm', values)).outcome]++
  }
  expect(counts.passed).toBeLessThanOrEqual(10)
  expect(counts.failed).toBeLessThanOrEqual(10)
  expect(counts.inconclusive).toBeGreaterThanOrEqual(180)
})

test('every name with its warmth is known, and without it where that is clear', () => {
  expect(LIMIT_NAMES).toMatchObject({
    'steady.ttftMsP99': 'max',
    'steady.outputTokensPerSecond': 'min',
    goodput: 'min',
    'cold.e2eMsP90': 'max',
    'warm.outputTokensPerSecond': 'min',
    errorRate: 'max',
    coldStartMsP50: 'max',
  })
  expect(Object.keys(LIMIT_NAMES).filter((name) => !name.startsWith('steady.'))).toEqual(
    expect.arrayContaining(['goodput', 'requestsPerSecond', 'interChunkMsP50', 'e2eMsP50', 'coldStartMsP99']),
  )
  expect(Object.keys(LIMIT_NAMES).filter((name) => /^(?:cold|warm)\./.test(name))).toHaveLength(
    2 * (3 * 3 + 2) + 3,
  )
})
