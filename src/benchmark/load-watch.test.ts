import { expect, test } from 'vitest'
import type { LoadAnswer } from '../records/index.ts'
import { LoadWatch } from './index.ts'

const good: Partial<LoadAnswer> = { usage: { completionTokens: 10 } }
const bad: Partial<LoadAnswer> = { failure: 'http-status', message: 'HTTP 500' }

/** What the watch says to each of these answers, to the first at which it says something. */
function watched(answers: readonly Partial<LoadAnswer>[], maxTokens?: number) {
  const watch = new LoadWatch({ maxTokens })
  const scheduled = { index: 0, request: { prompt: 'x', maxTokens: 16 } }
  for (const [at, answer] of answers.entries()) {
    const whole = {
      sentAtMs: 0,
      e2eMs: 1,
      chunkAtMs: [],
      reads: 1,
      bytes: 1,
      events: 1,
      text: 'x',
      ...answer,
    }
    const end = watch.saw({ scheduled, answer: whole })
    if (end) return { at, ...end }
  }
  return undefined
}

test('a service that fails more than half of the time ends the load, with the first cause', () => {
  expect(watched(Array(60).fill(bad))).toEqual({
    ...{ at: 19, by: 'errors' },
    reason: '20 of the last 20 answers failed, the first of the load with http-status: HTTP 500',
  })
  const later = [...Array(500).fill(good), ...Array(60).fill(bad)]
  expect(watched(later)).toMatchObject({ at: 525, reason: expect.stringContaining('26 of the last 50') })
})

test('half of the answers, and any number that was turned away, do not', () => {
  expect(watched(Array.from({ length: 500 }, (_, at) => (at % 2 ? bad : good)))).toBeUndefined()
  expect(watched(Array(500).fill({ ...bad, turnedAway: {} }))).toBeUndefined()
})

test('a budget of tokens ends the load when it is spent; an answer without a count costs what was asked', () => {
  expect(watched(Array(50).fill(good), 95)).toEqual({
    ...{ at: 9, by: 'max-tokens', reason: '100 output tokens were spent of --max-tokens 95' },
  })
  expect(watched(Array(50).fill({}), 95)).toMatchObject({ at: 5 })
})
