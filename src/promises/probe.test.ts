import { expect, test } from 'vitest'
import type { Completed } from '../records/index.ts'
import { flawOf, good } from './probe.ts'

const ANSWER: Completed = {
  ...{ outcome: 'completed', text: '', finishReason: 'stop', reported: {} },
  sent: { method: 'POST', url: 'http://127.0.0.1/v1/completions', headers: {} },
  timing: { sentAtMs: 0, e2eMs: 1, chunkAtMs: [], reads: 1 },
}

test('an answer that sampling ended before its first word is good, whether its tokens are counted or not', () => {
  expect(() => good({ ...ANSWER, usage: { completionTokens: 1 } })).not.toThrow()
  expect(() => good({ ...ANSWER, finishReason: 'length', usage: { completionTokens: 3 } })).not.toThrow()
  expect(() => good(ANSWER)).not.toThrow()
})

test('an answer of many tokens without a text is not, nor one that was cut without one, nor one of no token', () => {
  expect(() => good({ ...ANSWER, usage: { completionTokens: 4 } })).toThrow('the answer is empty')
  expect(() => good({ ...ANSWER, usage: { completionTokens: 0 } })).toThrow('the answer is empty')
  expect(() => good({ ...ANSWER, finishReason: 'length' })).toThrow('the answer is empty')
  expect(() => good({ ...ANSWER, finishReason: 'error' })).toThrow('the answer is empty')
})

test('at temperature 0 an empty answer is a flaw, however it ended', () => {
  expect(flawOf({ ...ANSWER, usage: { completionTokens: 1 } })).toBe('the answer is empty')
})
