import { expect, test } from 'vitest'
import type { Asked } from './asked.ts'
import { DEFAULTS, type StubOptions } from './options.ts'
import { type AnswerPlan, createPlanner } from './schedule.ts'

const ASKED: Asked = {
  isChat: true,
  isStreamed: true,
  wantsUsage: false,
  maxTokens: 5,
  minTokens: 0,
  ignoresEos: false,
  promptTokens: 1,
}

const planOf = (options: StubOptions, asked: Partial<Asked> = {}, place = 0): AnswerPlan =>
  createPlanner({ ...DEFAULTS, ttftMs: 10, gapMs: 2, ...options })({ ...ASKED, ...asked }, place)

test('each event is due at a time of its own, counted from the start of the answer', () => {
  expect(planOf({ tokensPerEvent: 2 })).toMatchObject({ dueMs: [10, 12, 14], sizes: [2, 2, 1] })
})

test('a list of first tokens goes from answer to answer, a list of gaps from event to event', () => {
  const lists: StubOptions = { ttftMs: [10, 20], gapMs: [1, 3] }
  expect(planOf(lists, {}, 0).dueMs).toEqual([10, 11, 14, 15, 18])
  expect(planOf(lists, {}, 1).dueMs).toEqual([20, 21, 24, 25, 28])
})

test('merged events go out when the last of them is due', () => {
  expect(planOf({ merge: 2 })).toMatchObject({
    dueMs: [12, 12, 16, 16, 18],
    sizes: [1, 1, 1, 1, 1],
    perWrite: 2,
  })
})

test('a proxy that buffers and a service of one event have all of it when the last token is due', () => {
  expect(planOf({ buffered: true })).toMatchObject({
    dueMs: Array(5).fill(18),
    sizes: Array(5).fill(1),
    perWrite: 5,
  })
  expect(planOf({ oneEvent: true })).toMatchObject({ dueMs: [18], sizes: [5] })
})

test('an answer ends by itself only where the request lets it', () => {
  const ends = (asked: Partial<Asked>) => {
    const { tokens, finishReason } = planOf({ endsAfter: 3 }, asked)
    return [tokens, finishReason]
  }
  expect(ends({})).toEqual([3, 'stop'])
  expect(ends({ maxTokens: 2 })).toEqual([2, 'length'])
  expect(ends({ minTokens: 4 })).toEqual([4, 'stop'])
  expect(ends({ ignoresEos: true })).toEqual([5, 'length'])
  expect(planOf({ oneToken: true }, { ignoresEos: true })).toMatchObject({ tokens: 1, finishReason: 'stop' })
})

test('the same seed plans the same answer, another one another', () => {
  const drawn = (seed: number) => planOf({ seed, ttftMs: 'exponential:10', gapMs: 'uniform:1-3' }, {}, 7)
  expect(drawn(1)).toEqual(drawn(1))
  expect(drawn(1)).not.toEqual(drawn(2))
})
