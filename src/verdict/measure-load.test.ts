import { expect, test } from 'vitest'
import type { Calibration, Limit, Sample } from '../records/index.ts'
import { LOAD_METRICS, measure } from './index.ts'
import { LOAD, steadySamples } from './testing/load-samples.ts'

const find = (samples: readonly Sample[], name: string, limits: Record<string, Limit> = {}) => {
  const { measurements, unmeasured } = measure(samples, { loads: [LOAD], limits })
  return [...measurements, ...unmeasured].find((one) => one.name === name && one.warmth === 'steady')
}

test('a load has its quantiles, type 7, with intervals', () => {
  const samples = steadySamples(400, (i) => ({ ttftMs: 1 + ((i * 151) % 400) }))
  expect(find(samples, 'ttftMsP50')).toMatchObject({ value: 200.5, n: 400, low: 180, high: 220 })
  expect(find(samples, 'ttftMsP99')).toMatchObject({ value: 396.01, n: 400, high: 400 })
  expect(find(samples.slice(0, 298), 'ttftMsP99')).toMatchObject({
    reason: 'not estimable: a 95 % upper bound of p99 needs 299 values, there were 298',
  })
})

test('latency from the due time stands beside latency from the send, and only where something is due', () => {
  const late = steadySamples(40, () => ({ sendLagMs: 100 }))
  expect(find(late, 'e2eMsP50')).toMatchObject({ value: 362 })
  expect(find(late, 'e2eFromDueMsP50')).toMatchObject({ value: 462 })
  const closed = late.map(({ dueAtMs: _, sendLagMs: __, ...rest }) => rest)
  expect(find(closed, 'e2eFromDueMsP50')).toMatchObject({ reason: expect.stringContaining('closed loop') })
  expect(find(closed, 'askedRequestsPerSecond')).toMatchObject({
    reason: expect.stringContaining('closed loop'),
  })
})

test('rates count what is done within the window, and stand beside what was asked', () => {
  const samples = steadySamples(400)
  // Each answer is complete 363 ms after it was due, so that the last 7 are complete after the window.
  expect(find(samples, 'requestsPerSecond')).toMatchObject({ value: 19.65, n: 393, unit: 'requests/s' })
  expect(find(samples, 'askedRequestsPerSecond')).toMatchObject({ value: 20, n: 400 })
  expect(find(samples, 'inputTokensPerSecond')).toMatchObject({ value: expect.closeTo(1_995, 0) })
  expect(find(samples, 'outputTokensPerSecond')).toMatchObject({ value: expect.closeTo(634, 0) })
  expect(find(samples, 'answerTokensPerSecondP50')).toMatchObject({ value: expect.closeTo(32 / 0.362, 6) })
})

test('the window of a load with phases counts what is complete in it, whenever it was sent', () => {
  const samples = steadySamples(400, (i) => ({
    phase: i < 100 ? 'warm-up' : i < 300 ? 'steady' : 'cool-down',
  }))
  const steady = { fromMs: 6_000, toMs: 16_000 }
  const { measurements } = measure(samples, { loads: [{ ...LOAD, steady }] })
  const of = (name: string) => measurements.find((one) => one.name === name)
  expect(of('requestsPerSecond')).toMatchObject({ value: 20, n: 200 })
  expect(of('e2eMsP50')).toMatchObject({ n: 200 })
})

test('goodput counts the answers that meet every limit; without a limit every completed one', () => {
  const samples = steadySamples(400, (i) => ({
    ...(i % 4 === 0 && { ttftMs: 600 }),
    ...(i % 4 === 1 && { outcome: 'timeout' }),
  }))
  expect(find(samples, 'goodput')).toMatchObject({ value: expect.closeTo(14.75, 1) })
  const limits = { 'steady.ttftMsP99': { max: 500 } }
  expect(find(samples, 'goodput', limits)).toMatchObject({ value: expect.closeTo(9.8, 1), n: 393 })
  // Of two limits of one measure, the one that most answers must keep is that of one answer.
  const two = { ...limits, 'steady.ttftMsP50': { max: 10 } }
  expect(find(samples, 'goodput', two)).toMatchObject({ value: expect.closeTo(9.8, 1) })
  const unmeasurable = samples.map(({ ttftMs: _, ...rest }) => rest)
  expect(find(unmeasurable, 'goodput', limits)).toMatchObject({ value: 0, n: 393, low: 0 })
})

test('what was turned away has a count of its own, and each class of error too', () => {
  const samples = steadySamples(100, (i) => ({
    ...(i < 10 && { outcome: 'http-status', turnedAway: { retryAfterMs: 1_000 } }),
    ...(i >= 95 && { outcome: i === 99 ? 'reset' : 'timeout' }),
  }))
  expect(find(samples, 'errorRate')).toMatchObject({ value: 5 / 90, n: 90 })
  expect(find(samples, 'turnedAwayRate')).toMatchObject({ value: 0.1, n: 100 })
  expect(find(samples, 'errorRate.timeout')).toMatchObject({ value: 4 / 90 })
  expect(find(samples, 'errorRate.reset')).toMatchObject({ value: 1 / 90, n: 90 })
})

test('gaps are between chunks, and between tokens only where each chunk is one', () => {
  expect(find(steadySamples(40), 'interChunkMsP50')).toMatchObject({ value: 10, n: 40 * 31 })
  expect(find(steadySamples(40), 'itlMsP50')).toMatchObject({ value: 10, n: 40 * 31 })
  const several = steadySamples(40, (i) => (i === 7 ? { outputTokens: 64 } : {}))
  expect(find(several, 'interChunkMsP50')).toMatchObject({ value: 10 })
  expect(find(several, 'itlMsP50')).toMatchObject({ reason: expect.stringMatching(/^in 1 of 40 answers/) })
})

test('the coalescing index and the tokens of what was asked are ratios of sums', () => {
  const samples = steadySamples(40, () => ({ reads: 16, outputTokens: 24, chunkAtMs: [50, 60, 70] }))
  expect(find(samples, 'chunksPerRead')).toMatchObject({ value: 3 / 16, n: 40 })
  expect(find(samples, 'tokensPerChunk')).toMatchObject({ value: 8 })
  expect(find(samples, 'tokensOfAsked')).toMatchObject({ value: 0.75 })
})

test('spoiled samples stay in each number, and each says how many they are', () => {
  const samples = steadySamples(40, (i) => (i < 4 ? { spoiledBy: ['late-loop'] } : {}))
  expect(find(samples, 'e2eMsP50')).toMatchObject({ n: 40, spoiled: 4 })
  expect(find(samples, 'requestsPerSecond')).not.toHaveProperty('spoiled')
  expect(find(samples, 'spoiledRate')).toMatchObject({ value: 0.1, n: 40 })
  expect(find(steadySamples(40), 'e2eMsP50')).not.toHaveProperty('spoiled')
})

test("the client's own error stands beside the number that it was found for, unless its calibration is void", () => {
  const of = (value: number) => ({ p50: value, p99: 2 * value, max: 3 * value })
  const found = {
    ...{ load: '20 requests/s', stubLateMs: of(0.01), stubCore: { pinnedTo: 1 } },
    error: { answers: 40, events: 400, receiptMs: of(0.1), ttftMs: of(0.2), gapMs: of(0.3) },
  } as const
  const errors = (calibration: Calibration) =>
    measure(steadySamples(400), { loads: [{ ...LOAD, calibration }] }).measurements.flatMap(
      ({ name, clientError }) => (clientError === undefined ? [] : [[name, clientError]]),
    )
  expect(errors({ ...found, state: 'valid' })).toEqual([
    ...[
      ['ttftMsP50', 0.2],
      ['ttftMsP99', 0.4],
      ['interChunkMsP50', 0.3],
      ['interChunkMsP99', 0.6],
    ],
    ...[
      ['itlMsP50', 0.3],
      ['itlMsP99', 0.6],
    ],
  ])
  expect(errors({ ...found, state: 'void', reason: 'the stub was late' })).toEqual([])
})

test('of a load every name is measured or has a reason, never a 0 that was not counted', () => {
  const failed = steadySamples(30, () => ({ outcome: 'reset' }))
  const bare = steadySamples(30).map(({ boot, index, scenario, warmth, outcome, sentAtMs, e2eMs }) => ({
    ...{ boot, index, scenario, warmth, outcome, sentAtMs, e2eMs },
  }))
  for (const samples of [failed, bare, steadySamples(1), steadySamples(400)]) {
    const { measurements, unmeasured } = measure(samples, { loads: [LOAD] })
    const names = [...measurements, ...unmeasured]
      .filter(({ name, warmth }) => warmth === 'steady' && !name.includes('.'))
      .map(({ name }) => name)
    expect(names.toSorted()).toEqual([...LOAD_METRICS.keys()].toSorted())
    expect(measurements.every(({ value, n }) => Number.isFinite(value) && n > 0)).toBe(true)
  }
})

test('a load that was cut has the numbers of what it had measured', () => {
  const { measurements } = measure(steadySamples(100))
  expect(measurements.find(({ name }) => name === 'requestsPerSecond')).toMatchObject({ n: 92 })
})
