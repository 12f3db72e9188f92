import { expect, test } from 'vitest'
import type { Comparison, LoadRun, Policy, Sample } from '../records/index.ts'
import { compare } from './index.ts'

const policy: Policy = { warmToColdRatio: 0.3, warmE2eMsP50: 2_000, minWarmSamples: 1, minColdStarts: 1 }
const boots = [{ index: 0, origin: 'found', outcome: 'generating', attempts: [] }] as const

const load = (others: Partial<LoadRun> = {}): LoadRun => ({
  ...{ scenario: 'load', says: '20 requests/s for 5 s', startedAtMs: 0, endedAtMs: 5_000, sent: 100 },
  stated: { arrivals: { shape: 'rate', rate: 20, spacing: { kind: 'constant' } }, durationMs: 5_000 },
  ...{ asks: 'the same', promptsSha256: 'sha256:0', maxInFlight: 64, requests: 100 },
  ...{ mostInFlight: 3, warmUp: 'a first wave of 2', firstWave: 2, steady: { fromMs: 500, toMs: 4_500 } },
  end: { by: 'schedule', reason: 'all 100 requests were sent' },
  ...others,
})

/** A hundred at 20/s; `others` says what is not as usual with one. */
const steady = (others: (index: number) => Partial<Sample> = () => ({})): Sample[] =>
  Array.from({ length: 100 }, (_, index) => ({
    ...{ scenario: 'load', warmth: 'steady', boot: 0, index, outcome: 'completed' },
    ...{ sentAtMs: 50 * index, e2eMs: 80, outputTokens: 64, maxTokens: 64, isLengthHeld: true },
    ...others(index),
  }))

function judged(
  id: string,
  samples: readonly Sample[],
  loads = [load()],
  limits?: Policy['limits'],
): Comparison {
  const all = compare({
    ...{ command: 'bench', samples, boots, loads },
    policy: limits ? { ...policy, limits } : policy,
  })
  return all.find((one) => one.id === id) ?? expect.fail(`no comparison ${id}`)
}

const broken = { outcome: 'http-status', message: 'HTTP 500' } as const
const full = { outcome: 'http-status', turnedAway: { retryAfterMs: 2_000 } } as const

test('without a load there is no word on one', () => {
  const ids = compare({ command: 'bench', samples: [], boots, policy }).map(({ id }) => id)
  expect(ids.filter((id) => id.startsWith('load-'))).toEqual([])
})

test('one failed request under load fails, with the first cause, whatever its phase', () => {
  expect(
    judged(
      'load-errors',
      steady((at) => (at > 96 ? broken : {})),
    ),
  ).toMatchObject({
    outcome: 'failed',
    reason: '3 of 100 requests under load failed, first with http-status: HTTP 500',
    value: 3,
  })
  expect(judged('load-errors', steady())).toMatchObject({
    outcome: 'passed',
    reason: '0 of 100 requests under load failed; a failure rate of 2.95 % would have shown (95 %)',
  })
})

test('a limit that the user states judges the errors instead', () => {
  const samples = steady((at) => (at === 50 ? broken : {}))
  const limits = { 'steady.errorRate': { max: 0.1 } }
  expect(judged('load-errors', samples, [load()], limits)).toMatchObject({ outcome: 'not-applicable' })
  expect(judged('limits.steady.errorRate', samples, [load()], limits)).toMatchObject({
    outcome: 'passed',
    value: 0.01,
  })
})

test('a connection that breaks while the client is late is no finding; an answer that is an error is one', () => {
  const late = { outcome: 'reset', message: 'other side closed', spoiledBy: ['late-loop'] } as const
  expect(
    judged(
      'load-errors',
      steady((at) => (at === 7 ? late : {})),
    ),
  ).toMatchObject({
    outcome: 'inconclusive',
    reason:
      '1 of 100 requests under load failed, first with reset: other side closed; but the client was late meanwhile',
  })
  const both = steady((at) => (at === 7 ? late : at === 50 ? broken : {}))
  expect(judged('load-errors', both)).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining('2 of 100 requests under load failed, first with http-status'),
  })
  const onTime = steady((at) => (at === 7 ? { ...late, spoiledBy: [] } : {}))
  expect(judged('load-errors', onTime).outcome).toBe('failed')
  const spoiled = steady((at) => (at === 7 ? { ...broken, spoiledBy: ['late-loop'] } : {}))
  expect(judged('load-errors', spoiled).outcome).toBe('failed')
})

test('what was turned away is no error, and is counted with how long to wait', () => {
  const samples = steady((at) => (at % 4 === 0 ? full : {}))
  expect(judged('load-errors', samples)).toMatchObject({
    outcome: 'passed',
    reason: expect.stringMatching(
      /^0 of 75 requests under load failed, 25 turned away \(Retry-After up to 2 s\)/,
    ),
  })
  expect(judged('load-sent', samples).reason).toContain('75 completed, 25 turned away')
  const none = steady(() => full)
  expect(judged('load-errors', none)).toMatchObject({ outcome: 'inconclusive' })
  const limits = { 'steady.errorRate': { max: 0.1 } }
  expect(judged('limits.steady.errorRate', none, [load()], limits)).toMatchObject({
    outcome: 'inconclusive',
    reason: 'all 100 requests were turned away',
  })
})

test('a load that was sent as it was stated passes with what was asked beside what was achieved', () => {
  expect(judged('load-sent', steady())).toMatchObject({
    outcome: 'passed',
    reason:
      '20 requests/s for 5 s: 100 of 100 requests at 20.00/s, 100 completed, warm-up: a first wave of 2, steady for 4 s; ended: all 100 requests were sent',
  })
})

test.each([
  [{ end: { by: 'errors', reason: '26 of the last 50 answers failed' } }, /ended early, 26 of the last 50/],
  [
    { heldBack: { requests: 30, firstAtMs: 1_200, mostMs: 800 } },
    /with 64 in flight 30 of 100 .* first after 1.2 s, at most 0.8 s late/,
  ],
  [{ unsent: { tooLate: 1, turns: 0 } }, /1 request found no place in time and was not sent/],
  [{ unsent: { tooLate: 0, turns: 2 } }, /2 turns were not sent, the answer before failed/],
  [{ sent: 0 }, /nothing was sent/],
] satisfies [Partial<LoadRun>, RegExp][])(
  'a load that was not sent as it was stated is never a PASS: %o',
  (others, why) => {
    expect(judged('load-sent', steady(), [load(others)])).toMatchObject({
      outcome: 'inconclusive',
      reason: expect.stringMatching(why),
    })
  },
)

test('one request in a hundred that waited for a place is said, and is no reason', () => {
  const heldBack = { requests: 1, firstAtMs: 1_200, mostMs: 800 }
  expect(judged('load-sent', steady(), [load({ heldBack })])).toMatchObject({
    outcome: 'passed',
    reason: expect.stringContaining('1 late for want of a place in flight'),
  })
})

test('answers that end after one token are named, however fast they are', () => {
  expect(
    judged(
      'load-lengths',
      steady(() => ({ outputTokens: 1 })),
    ),
  ).toMatchObject({
    outcome: 'failed',
    reason: expect.stringMatching(/^the answers end after 1 of 64 tokens/),
  })
  const free = steady(() => ({ outputTokens: 1, isLengthHeld: undefined as never }))
  expect(judged('load-lengths', free)).toMatchObject({ outcome: 'inconclusive' })
})

test('up to 2 % of held answers may be shorter; where no length can be held they may differ', () => {
  const short = (count: number) => steady((at) => (at < count ? { outputTokens: 60 } : {}))
  expect(judged('load-lengths', short(2)).outcome).toBe('passed')
  expect(judged('load-lengths', short(3)).outcome).toBe('failed')
  expect(
    judged(
      'load-lengths',
      steady(() => ({ outputTokens: 66 })),
    ).outcome,
  ).toBe('failed')
  const free = steady((at) => ({ outputTokens: 10 + (at % 50), isLengthHeld: undefined as never }))
  expect(judged('load-lengths', free).outcome).toBe('not-applicable')
})
