import { expect, test } from 'vitest'
import { clientError, type Pair } from './client-error.ts'

const ORIGIN_MS = 1_000

/** Sent at 50 ms of the client's clock, read by the server 1 ms later; emitted after `emittedMs` of the send, seen `lateMs` later. */
const pair = (emittedMs: readonly number[], lateMs: readonly number[]): Pair => {
  const chunkAtMs = emittedMs.map((atMs, index) => atMs + (lateMs[index] as number))
  return {
    answer: { sentAtMs: 50, ttftMs: chunkAtMs[0] as number, chunkAtMs },
    truth: {
      received_ns: (ORIGIN_MS + 51) * 1e6,
      emitted_ns: emittedMs.map((atMs) => (ORIGIN_MS + 50 + atMs) * 1e6),
    },
  }
}

test('the error of a client is what it adds to the times of the server', () => {
  const error = clientError([pair([21, 26, 31], [0.5, 0.25, 2]), pair([21, 26], [1, 1])], ORIGIN_MS)
  expect(error).toEqual({
    answers: 2,
    events: 5,
    // 0.25, 0.5, 1, 1, 2; p99: 1 + 0.96 · 1.
    receiptMs: { p50: 1, p99: 1.96, max: 2 },
    // The way there took 1 ms.
    ttftMs: { p50: 1.75, p99: 1.995, max: 2 },
    // 0.25, 1.75, 0.
    gapMs: { p50: 0.25, p99: 1.72, max: 1.75 },
  })
})

test('a client that is always late by the same has no error of gaps', () => {
  expect(clientError([pair([21, 26, 31], [8, 8, 8])], ORIGIN_MS)).toMatchObject({
    receiptMs: { p50: 8, max: 8 },
    gapMs: { p50: 0, p99: 0, max: 0 },
  })
})

test('answers of one event have no gap, so there is no error to state', () => {
  expect(clientError([pair([21], [1])], ORIGIN_MS)).toBeUndefined()
  expect(clientError([], ORIGIN_MS)).toBeUndefined()
})
