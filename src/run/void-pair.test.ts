import { expect, test } from 'vitest'
import type { ClientFigures, StartFigures } from '../records/index.ts'
import type { MeasuredStart } from './pair-arm.ts'
import { voidOf } from './void-pair.ts'

const figures: StartFigures = {
  ...{ boot: 1, values: { ttftMsP50: 100, e2eMsP50: 200 }, requests: 10, failed: 0, outputTokens: 16 },
}
const quiet: ClientFigures = {
  ...{ watchedMs: 5_000, loopDelayMsMax: 1, loopUtilization: 0.1, gcMs: 0, gcMsMax: 0 },
  loopDelayMs: { p50: 0.1, p99: 0.5, low: 0.4, n: 500 },
  late: { ranMs: 0, waitedMs: 0, stoodMs: 0 },
  ...{ pauses: [], clockJumps: [], spoiled: 0 },
  processors: { cores: 2, own: 0.1, target: 1, others: 0.1, stolen: 0 },
}
const start = (change: Partial<StartFigures> = {}, client: Partial<ClientFigures> = {}): MeasuredStart => ({
  figures: { ...figures, ...change },
  client: { ...quiet, ...client },
})
const late = (p50: number, p99: number): Partial<ClientFigures> => ({
  loopDelayMs: { p50, p99, low: p99, n: 500 },
  late: { ranMs: 1, waitedMs: 99, stoodMs: 0 },
  thread: { ranMs: 1, waitedMs: 99 },
})

test('two starts on a quiet machine tell something, however much slower one is', () => {
  const slow = start({ values: { ttftMsP50: 900, e2eMsP50: 2_000 } })
  expect(voidOf({ baseline: start(), candidate: slow })).toBeUndefined()
  expect(voidOf({ baseline: slow, candidate: start() })).toBeUndefined()
})

test('a start that could not be measured is the reason of its arm', () => {
  const broken = start({ broken: 'did not generate: no engine' })
  expect(voidOf({ baseline: broken, candidate: start() })).toEqual({
    ...{ reason: 'it did not generate: no engine', arm: 'baseline' },
  })
})

test('a client that was late counts by how much of a first token that is, and only in a tail where a few turns were', () => {
  const reason = { reason: 'the client was starved beside the candidate' }
  const beside = (client: Partial<ClientFigures>, change: Partial<StartFigures> = {}) =>
    voidOf({ baseline: start(change), candidate: start(change, client) })
  expect(beside(late(8, 40))).toEqual(reason)
  expect(beside(late(4, 40))).toEqual(reason)
  expect(beside(late(0.2, 40))).toBeUndefined()
  expect(beside(late(0.2, 40), { values: { ttftMsP50: 100, ttftMsP90: 120 } })).toEqual(reason)
  expect(beside(late(0.2, 15), { values: { ttftMsP50: 100, ttftMsP90: 120 } })).toBeUndefined()
  expect(beside(late(0.2, 40), { values: { ttftMsP50: 2, e2eMsP50: 4 } })).toEqual(reason)
})

test('a client that worked too much itself is a matter of the arm that it asked', () => {
  const busy = {
    loopUtilization: 0.95,
    ...late(10, 60),
    late: { ranMs: 99, waitedMs: 1, stoodMs: 0 },
    thread: { ranMs: 99, waitedMs: 1 },
  }
  expect(voidOf({ baseline: start({}, busy), candidate: start() })).toEqual({
    ...{ reason: 'the client was saturated beside the baseline', arm: 'baseline' },
  })
})

test('answers whose length is off by more than 2 % make a pair void', () => {
  const of = (outputTokens: number) => voidOf({ baseline: start(), candidate: start({ outputTokens }) })
  expect([of(16), of(16.3)]).toEqual([undefined, undefined])
  expect(of(17)).toEqual({
    reason: 'answers differ in length: 16 tokens of the baseline, 17 of the candidate',
  })
})

test('a machine that others filled beside one start alone makes a pair void; one that they filled beside both does not', () => {
  const full = { processors: { cores: 2, own: 0.1, target: 0.3, others: 1.6, stolen: 0 } }
  expect(voidOf({ baseline: start(), candidate: start({}, full) })).toEqual({
    reason: 'others filled the machine beside the candidate alone',
  })
  expect(voidOf({ baseline: start({}, full), candidate: start({}, full) })).toBeUndefined()
})
