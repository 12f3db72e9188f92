import { expect, test } from 'vitest'
import { openLoadClient } from '../../client/index.ts'
import { systemClock } from '../../clock.ts'
import type { LoadAnswer } from '../../records/index.ts'
import type { AnswerTruth } from '../../stub/index.ts'
import { calibrate, judge } from './calibrate.ts'

const ON_TIME = { p50: 0.5, p99: 1.1, max: 2 }

const answer = (fields: Partial<LoadAnswer>): { readonly answer: LoadAnswer } => ({
  answer: {
    ...{ sentAtMs: 0, ttftMs: 22, e2eMs: 30, chunkAtMs: [22, 27], reads: 2, bytes: 9, events: 2 },
    ...{ text: ' stub-7 b', ...fields },
  },
})
const truth: AnswerTruth = {
  ...{ id: 'stub-7', prompt_tokens: 1, completion_tokens: 2, received_ns: 1e6, started_ns: 1e6 },
  ...{ emitted_ns: [21e6, 26e6], tokens: [1, 1], end: 'complete' },
}

test('an answer is compared with the truth of the same id', () => {
  expect(judge([answer({})], [{ ...truth, id: 'stub-6', received_ns: 0 }, truth], ON_TIME, 0)).toMatchObject({
    state: 'valid',
    error: { answers: 1, events: 2, receiptMs: { max: 1 }, ttftMs: { max: 2 }, gapMs: { max: 0 } },
  })
})

test('a calibration is void where the stub was late, an answer failed or an event is missing', () => {
  expect(judge([answer({})], [truth], { ...ON_TIME, p99: 5.01 }, 0)).toEqual({
    state: 'void',
    reason: 'the stub itself was late: p99 5.01 ms, more than 5 ms',
  })
  const failed = answer({ failure: 'reset', message: 'the connection was reset' })
  expect(judge([answer({}), failed], [truth], ON_TIME, 0)).toEqual({
    state: 'void',
    reason: '1 of 2 answers failed: reset, the connection was reset',
  })
  expect(judge([answer({ chunkAtMs: [22] })], [truth], ON_TIME, 0)).toEqual({
    state: 'void',
    reason: '1 of 1 answers have other events than were emitted',
  })
  expect(judge([], [], ON_TIME, 0)).toMatchObject({
    state: 'void',
    reason: expect.stringContaining('no answer with two events'),
  })
})

test('the client of a load is calibrated against a stub in a process of its own', async () => {
  const { load, stubLateMs, stubCore } = await calibrate({
    ...{ client: openLoadClient, load: { streams: 3 }, seconds: 0.3, tokens: 8, ttftMs: 5, gapMs: 5 },
    ...{ clock: systemClock, signal: new AbortController().signal },
  })
  expect(load).toBe('3 requests in flight of 8 tokens for 0.3 s')
  expect(stubLateMs.p50).toBeGreaterThan(0)
  expect(stubCore).toBeDefined()
})
