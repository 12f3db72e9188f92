import { expect, test } from 'vitest'
import type { Sample } from '../records/index.ts'
import { measure } from './index.ts'

/** Answers of 1 … n ms, in an order that does not drift. */
const warm = (n: number, rest: (i: number) => Partial<Sample> = () => ({})): Sample[] =>
  Array.from({ length: n }, (_, i) => ({
    scenario: 'warm',
    warmth: 'warm',
    boot: 0,
    index: i,
    outcome: 'completed',
    sentAtMs: i,
    e2eMs: 1 + ((11 * i) % n),
    ...rest(i),
  }))
const cold = (coldStartMs: number, boot: number): Sample => ({
  ...{ scenario: 'cold-start', warmth: 'cold', boot, index: 0, outcome: 'completed' },
  ...{ sentAtMs: 0, e2eMs: 50, coldStartMs },
})
const find = (samples: readonly Sample[], name: string, dialect = 'openai') => {
  const { measurements, unmeasured } = measure(samples, { dialect })
  return [...measurements, ...unmeasured].find((one) => one.name === name)
}

test('warm latency has its quantiles, type 7, with intervals where n allows them', () => {
  expect(find(warm(30), 'e2eMsP50')).toEqual({
    ...{ name: 'e2eMsP50', warmth: 'warm', unit: 'ms', value: 15.5, n: 30, low: 10, high: 21 },
  })
  expect(find(warm(30), 'e2eMsP90')).toMatchObject({ value: 27.1, high: 30 })
  expect(find(warm(4), 'e2eMsP50')).toEqual({
    ...{ name: 'e2eMsP50', warmth: 'warm', unit: 'ms', value: 2.5, n: 4 },
  })
})

test('the median of answers that drift has no interval', () => {
  expect(
    find(
      warm(30, (i) => ({ e2eMs: i + 1 })),
      'e2eMsP50',
    ),
  ).not.toHaveProperty('low')
})

test('a p99 from fewer than 299 answers is not estimable, and says so', () => {
  const reason = 'not estimable: a 95 % upper bound of p99 needs 299 values, there were 298'
  expect(find(warm(298), 'e2eMsP99')).toEqual({ name: 'e2eMsP99', warmth: 'warm', reason })
  expect(find(warm(299), 'e2eMsP99')).toMatchObject({ n: 299, high: 299 })
  expect(find(warm(28), 'e2eMsP90')).toHaveProperty('reason')
})

test('the cold start is the median over starts; without an interval for a few', () => {
  const samples = [cold(900, 0), cold(1_500, 1), cold(1_000, 2)]
  expect(find(samples, 'coldStartMs')).toEqual({
    ...{ name: 'coldStartMs', warmth: 'cold', unit: 'ms', value: 1_000, n: 3 },
  })
  expect(find([cold(900, 0), cold(1_500, 0)], 'coldStartMs')).toMatchObject({ n: 1, value: 900 })
})

test('a cold answer never enters a warm number, nor a warm one the cold start', () => {
  const samples = [cold(9_000, 0), ...warm(10)]
  expect(find(samples, 'e2eMsP50')).toMatchObject({ n: 10, value: 5.5 })
  expect(find(samples, 'coldStartMs')).toMatchObject({ n: 1, value: 9_000 })
  expect(find(samples, 'warmToCold')).toMatchObject({ value: 5.5 / 9_000, unit: 'ratio' })
})

test('a warm-up answer, a failed one and a steady one enter no latency', () => {
  const odd = [
    { index: -1, warmUp: true, e2eMs: 9_000 },
    { index: 90, outcome: 'timeout', e2eMs: 9_000 },
    { index: 91, warmth: 'steady', e2eMs: 9_000 },
  ] as const
  const samples = [...warm(10), ...odd.flatMap((one) => warm(1, () => one))]
  expect(find(samples, 'e2eMsP50')).toMatchObject({ n: 10, value: 5.5 })
})

test('the error rate counts every warm request, with its exact interval', () => {
  const samples = warm(30, (i) => (i < 2 ? { outcome: 'reset' } : {}))
  const rate = find(samples, 'errorRate')
  expect(rate).toMatchObject({ value: 2 / 30, n: 30, unit: 'ratio' })
  expect(rate).toHaveProperty('low', expect.closeTo(0.008178, 6))
  expect(rate).toHaveProperty('high', expect.closeTo(0.220735, 6))
  expect(find([], 'errorRate')).toMatchObject({ reason: 'no warm request was sent' })
})

test('a stream gives ttft and tpot; tokens give a rate', () => {
  const samples = warm(10, () => ({ ttftMs: 20, tpotMs: 2, outputTokens: 32, e2eMs: 80 }))
  expect(find(samples, 'ttftMsP50')).toMatchObject({ value: 20, n: 10 })
  expect(find(samples, 'tpotMsP50')).toMatchObject({ value: 2, n: 10 })
  expect(find(samples, 'outputTokensPerSecond')).toMatchObject({ value: 400, unit: 'tokens/s' })
})

test('where nothing streams there is no ttft, and the reason names the wire', () => {
  for (const name of ['ttftMsP50', 'tpotMsP90']) {
    const reason = 'the ananke wire does not stream, so there is no first token to time'
    expect(find(warm(10), name, 'ananke')).toEqual({ name, warmth: 'warm', reason })
    expect(find(warm(10), name)).toHaveProperty('reason')
  }
})

test('the second start of a run stands against the first, whichever was timed first', () => {
  const found = find([cold(600, 1), cold(900, 0), cold(700, 2)], 'secondToFirstStart')
  expect(found).toMatchObject({ warmth: 'cold', unit: 'ratio', value: 600 / 900, n: 2 })
  expect(find([cold(900, 0)], 'secondToFirstStart')).toHaveProperty('reason')
})

test('every name is either measured or unmeasured with a reason, never a 0', () => {
  const names = [
    ...['coldStartMs', 'secondToFirstStart'],
    ...['e2eMs', 'ttftMs', 'tpotMs'].flatMap((name) => ['P50', 'P90', 'P99'].map((p) => name + p)),
    ...['outputTokensPerSecond', 'errorRate', 'warmToCold'],
  ].toSorted()
  for (const samples of [[], warm(1), warm(300), [cold(900, 0)]]) {
    const { measurements, unmeasured } = measure(samples)
    expect([...measurements, ...unmeasured].map(({ name }) => name).toSorted()).toEqual(names)
    expect(unmeasured.every(({ reason }) => reason.length > 10)).toBe(true)
  }
  expect(measure([]).measurements).toEqual([])
})
