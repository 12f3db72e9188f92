import { expect, test } from 'vitest'
import type { Pace, Sample } from '../records/index.ts'
import { findOddities } from './oddities.ts'
import { steadySamples } from './testing/load-samples.ts'

const pace: Pace = { networkMs: 1, answerMs: 50, tokenMs: 10, promptTokenMs: 0.1 }
const kinds = (samples: readonly Sample[], known: Pace | undefined, thinks = false) =>
  findOddities(samples, known, thinks).map(({ kind }) => kind)
const saying = (samples: readonly Sample[], known?: Pace) =>
  findOddities(samples, known)
    .map(({ says }) => says)
    .join('; ')
/** All chunks within so many milliseconds at the end of the answer. */
const atTheEnd =
  (withinMs: number, reads = 1) =>
  () => ({
    ...{ reads, ttftMs: 361, e2eMs: 362 },
    chunkAtMs: Array.from({ length: 32 }, (_, i) => 361 + (withinMs * i) / 31),
  })

test('a healthy stream is not odd, whether or not the pace of the service is known', () => {
  expect(kinds(steadySamples(40), pace)).toEqual([])
  expect(kinds(steadySamples(40), undefined)).toEqual([])
})

test.each([
  ['one read brings several chunks', () => ({ reads: 8 })],
  ['a chunk holds several tokens', () => ({ outputTokens: 32, chunkAtMs: [50, 130, 210, 290] })],
  [
    'speculative decoding brings eight tokens in one chunk',
    () => ({ outputTokens: 8, maxTokens: 8, chunkAtMs: [50] }),
  ],
  [
    'a long prompt comes before a short answer',
    () => ({
      ttftMs: 3_900,
      e2eMs: 4_000,
      outputTokens: 8,
      chunkAtMs: [3_900, 3_910, 3_920, 3_930, 3_940, 3_950, 3_960, 3_970],
    }),
  ],
  ['one answer in four came at once', (i: number) => (i % 4 === 0 ? atTheEnd(0)() : {})],
  ['one count in twenty is wrong', (i: number) => (i % 20 === 0 ? { outputTokens: 3 } : {})],
  [
    'an answer ends before its limit',
    () => ({
      outputTokens: 20,
      finishReason: 'stop',
      chunkAtMs: Array.from({ length: 20 }, (_, i) => 50 + 10 * i),
    }),
  ],
])('nothing is odd where %s', (_, changes: (index: number) => Partial<Sample>) => {
  expect(kinds(steadySamples(40, changes), pace)).toEqual([])
  expect(kinds(steadySamples(40, changes), undefined)).toEqual([])
})

test('a stream that comes at once after all was made is held back, by the pace of the service or by its own look', () => {
  expect(kinds(steadySamples(40, atTheEnd(0)), pace)).toEqual(['buffered'])
  expect(kinds(steadySamples(40, atTheEnd(1, 4)), pace)).toEqual(['buffered'])
  expect(kinds(steadySamples(40, atTheEnd(0)), undefined)).toEqual(['buffered'])
  expect(saying(steadySamples(40, atTheEnd(0)), pace)).toMatch(
    /holds the stream back: 40 of 40 answers came at once, 32 events within 0 ms, in 1 read, 99\.7 % of its time before the first \(medians\); the service takes 10 ms for a token/,
  )
})

test('a service that makes a token in no time has nothing to hold back', () => {
  const quick = steadySamples(40, () => ({ ttftMs: 2, e2eMs: 2.2, reads: 1, chunkAtMs: Array(32).fill(2) }))
  expect(kinds(quick, { ...pace, tokenMs: 0.02 })).toEqual([])
  expect(kinds(quick, undefined)).toEqual([])
})

test('all tokens in one event are no stream, with a count or without one', () => {
  const one = steadySamples(40, () => ({ chunkAtMs: [361], ttftMs: 361 }))
  expect(kinds(one, pace)).toEqual(['one-event'])
  const uncounted = one.map(({ outputTokens: _, ...rest }) => rest)
  expect(kinds(uncounted, pace)).toEqual(['one-event'])
  expect(saying(one)).toMatch(/in 40 of 40 answers all tokens \(32 at the median\) came in one event/)
})

test('a usage that counts fewer tokens than events, none, or more than was asked for cannot be right', () => {
  const few = steadySamples(40, () => ({ outputTokens: 4 }))
  expect(saying(few)).toMatch(/usage cannot be right in 40 of 40 answers: it counts 4 in 32 events/)
  expect(
    kinds(
      steadySamples(40, () => ({ outputTokens: 0 })),
      pace,
    ),
  ).toEqual(['usage'])
  const many = steadySamples(40, () => ({ outputTokens: 320 }))
  expect(saying(many)).toMatch(/it counts 320 where at most 32 were asked for/)
  expect(kinds(many, pace, true)).toEqual([])
})
