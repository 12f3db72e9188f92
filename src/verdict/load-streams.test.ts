import { expect, test } from 'vitest'
import type { Boot, Limit, Policy, Sample } from '../records/index.ts'
import { compare, measure } from './index.ts'
import { LOAD, steadySamples } from './testing/load-samples.ts'

const policy: Policy = { warmToColdRatio: 0.3, warmE2eMsP50: 500, minWarmSamples: 20, minColdStarts: 3 }
const boots: readonly Boot[] = [{ index: 0, origin: 'found', outcome: 'generating', attempts: [] }]
const judged = (samples: readonly Sample[], limits: Record<string, Limit> = {}) =>
  Object.fromEntries(
    compare({ command: 'bench', samples, boots, policy: { ...policy, limits }, loads: [LOAD] })
      .filter(({ id }) => /^(?:load|limits)/.test(id))
      .map(({ id, outcome, reason }) => [id, `${outcome}: ${reason}`]),
  )
const atOnce = () => ({ reads: 1, ttftMs: 361, chunkAtMs: Array<number>(32).fill(361) })
const LIMITS = { 'steady.ttftMsP99': { max: 500 }, 'steady.e2eMsP50': { max: 400 } }

test('limits of a load are judged by its steady samples alone', () => {
  expect(judged(steadySamples(400), LIMITS)).toMatchObject({
    'load-streams': 'passed: 400 answers came as they were made',
    'load-usage': 'passed: the count can be right in 400 answers',
    'limits.steady.ttftMsP99': expect.stringMatching(/^passed: 50 ms \[50 ms to 50 ms, 95 %\], n = 400/),
    'limits.steady.e2eMsP50': expect.stringMatching(/^passed/),
  })
  expect(
    judged(
      steadySamples(400, () => ({ ttftMs: 700 })),
      LIMITS,
    ),
  ).toMatchObject({
    'limits.steady.ttftMsP99': expect.stringMatching(/^failed: 700 ms/),
  })
  const warmUp = steadySamples(400, (i) => (i < 40 ? { phase: 'warm-up', ttftMs: 9_000 } : {}))
  expect(judged(warmUp, LIMITS)['limits.steady.ttftMsP99']).toMatch(/^passed: .*n = 360/)
})

test('a rate has a smallest value, judged by its interval', () => {
  const limit = (min: number) =>
    judged(steadySamples(400), { 'steady.outputTokensPerSecond': { min }, goodput: { min: min / 32 } })
  expect(limit(400)).toMatchObject({
    'limits.steady.outputTokensPerSecond': expect.stringMatching(/^passed: 63\d tokens\/s/),
    'limits.goodput': expect.stringMatching(/^passed/),
  })
  expect(limit(800)).toMatchObject({
    'limits.steady.outputTokensPerSecond': expect.stringMatching(/^failed/),
    'limits.goodput': expect.stringMatching(/^failed/),
  })
})

test('a stream that is held back leaves limits of its times unjudged, names itself, and others are judged', () => {
  const found = judged(steadySamples(400, atOnce), { ...LIMITS, 'steady.interChunkMsP50': { max: 20 } })
  expect(found['load-streams']).toMatch(
    /^inconclusive: .*holds the stream back.*: ttftMs, tpotMs, interChunkMs, itlMs say nothing here/,
  )
  expect(found['limits.steady.ttftMsP99']).toMatch(/^inconclusive: .*holds the stream back/)
  expect(found['limits.steady.interChunkMsP50']).toMatch(/^inconclusive: .*holds the stream back/)
  expect(found['limits.steady.e2eMsP50']).toMatch(/^passed/)
})

test('a usage that lies leaves no rate of tokens, measured or judged', () => {
  const lying = steadySamples(400, () => ({ outputTokens: 3 }))
  expect(judged(lying, { 'steady.outputTokensPerSecond': { min: 1 }, ...LIMITS })).toMatchObject({
    'load-usage': expect.stringMatching(/^inconclusive: usage cannot be right in 400 of 400 answers/),
    'limits.steady.outputTokensPerSecond': expect.stringMatching(/^inconclusive: usage cannot be right/),
    'limits.steady.ttftMsP99': expect.stringMatching(/^passed/),
  })
  const held = lying.map((one): Sample => ({ ...one, isLengthHeld: true }))
  expect(judged(held)['load-lengths']).toMatch(
    /^inconclusive: the answers end after 3 of 32.*; but usage cannot be right/,
  )
  const { measurements, unmeasured } = measure(lying, { loads: [LOAD] })
  expect(measurements.map(({ name }) => name)).not.toContain('outputTokensPerSecond')
  expect(
    unmeasured.find(({ name, warmth }) => warmth === 'steady' && name === 'outputTokensPerSecond')?.reason,
  ).toMatch(/cannot be right/)
})

test('a service that turns requests away keeps no limit in silence', () => {
  const away = steadySamples(400, (i) => (i % 10 === 0 ? { outcome: 'http-status', turnedAway: {} } : {}))
  expect(judged(away, LIMITS)['load-turned-away']).toMatch(
    /^inconclusive: 40 of 400 requests were turned away \(10 %\)/,
  )
  expect(judged(away)).not.toHaveProperty('load-turned-away')
  expect(judged(away, { ...LIMITS, 'steady.turnedAwayRate': { max: 0.01 } })).toMatchObject({
    'limits.steady.turnedAwayRate': expect.stringMatching(/^failed/),
  })
})

test('a load that never was steady has no number, and says why', () => {
  const { steady: _, ...never } = { ...LOAD, warmUp: 'all 8 requests were sent before one was answered' }
  const samples = steadySamples(8, () => ({ phase: 'warm-up' }))
  const given = { policy: { ...policy, limits: LIMITS }, loads: [never] }
  const all = compare({ command: 'bench', samples, boots, ...given })
  for (const id of ['load-streams', 'load-usage', 'limits.steady.ttftMsP99'])
    expect(all.find((one) => one.id === id)).toMatchObject({
      ...{ outcome: 'inconclusive', reason: never.warmUp },
    })
  const { measurements, unmeasured } = measure(samples, { loads: [never] })
  expect(measurements.filter(({ warmth }) => warmth === 'steady')).toEqual([])
  expect(new Set(unmeasured.filter(({ warmth }) => warmth === 'steady').map(({ reason }) => reason))).toEqual(
    new Set([never.warmUp]),
  )
})

test('a load of which nothing was answered shows nothing', () => {
  const broken = judged(
    steadySamples(400, () => ({ outcome: 'reset' })),
    {
      ...LIMITS,
      goodput: { min: 1 },
      'steady.errorRate': { max: 0.01 },
    },
  )
  expect(broken['load-streams']).toMatch(/^inconclusive: no request of the load was answered/)
  expect(broken['limits.goodput']).toMatch(/^failed: 0/)
  expect(broken['limits.steady.errorRate']).toMatch(/^failed/)
})
