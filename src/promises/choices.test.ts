import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Completed } from '../records/index.ts'
import { choicesOf } from './choices.ts'
import { flawOfLogprobs } from './logprobs.ts'

const folder = join(import.meta.dirname, '../../fixtures/streams/vllm-0.32.0')

/** What a real engine answered, as far as choices are read from it. */
function recorded(name: string): Completed {
  const { response } = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))
  const isStream = response.body.startsWith('data:')
  return {
    body: response.body,
    ...(isStream ? { stream: {} } : { json: JSON.parse(response.body) }),
  } as never
}

test('the choices of a stream are put together by their index', () => {
  const choices = choicesOf(recorded('completion-three-streamed'))
  expect(choices.map(({ index, finishReasons }) => [index, finishReasons])).toEqual([
    [0, ['length']],
    [1, ['length']],
    [2, ['length']],
  ])
  expect(choices.every(({ text }) => text !== '')).toBe(true)
})

test.each([
  ['completion-logprobs-top', 3, 4],
  ['completion-logprobs-streamed', 2, 4],
  ['completion-logprobs-by-id', 2, 4],
  ['chat-logprobs-top', 3, 3],
  ['chat-logprobs-streamed', 1, 3],
  ['completion-bias', 1, 3],
])('the log probabilities of the real engine have no flaw: %s', (name, top, tokens) => {
  const [choice] = choicesOf(recorded(name))
  expect(choice && flawOfLogprobs(choice, { top, tokens, isExact: true })).toBeUndefined()
})

test('an echoed prompt has them too, but for its first token', () => {
  const [choice] = choicesOf(recorded('completion-echo-logprobs'))
  const wanted = { top: 1, tokens: 6, isExact: true }
  expect(choice && flawOfLogprobs(choice, { ...wanted, firstIsNull: true })).toBeUndefined()
  expect(choice && flawOfLogprobs(choice, wanted)).toContain('no finite number')
})

const token = (text: string, logprob: unknown, ...top: number[]) => ({
  token: text,
  logprob,
  top: [{ token: text, logprob }, ...top.map((value, at) => ({ token: `o${at}`, logprob: value }))],
})

test.each([
  ['fewer than tokens', [token('a', -1, -2)], 'log probabilities of 1 tokens, the answer has 2'],
  ['none finite', [token('a', null, -2), token('b', -1, -2)], 'null: no finite number'],
  ['above 0', [token('a', 0.5, -2), token('b', -1, -2)], 'above 0'],
  ['a short list', [token('a', -1), token('b', -1, -2)], '1 of 2 tokens list fewer'],
  ['more than certain', [token('a', 0, 0), token('b', -1, -2)], 'a probability of 2.000 in all'],
  ['another text', [token('a', -1, -2), token('c', -1, -2)], 'the tokens make "ac", the text is "ab"'],
])('a flaw is named: %s', (_, tokens, flaw) => {
  const choice = { index: 0, text: 'ab', reasoning: '', finishReasons: ['length'], tokens }
  expect(flawOfLogprobs(choice, { top: 2, tokens: 2, isExact: true })).toContain(flaw)
})

test('marks that are not shown, a thought and lost spaces are no flaw of a text', () => {
  const tokens = [
    token('<think>', -1, -2),
    token('so', -1, -2),
    token('▁Hello', -1, -2),
    token('there', -1, -2),
  ]
  const choice = { index: 0, text: 'Hello there', reasoning: 'so', finishReasons: ['stop'], tokens }
  expect(flawOfLogprobs(choice, { top: 2, tokens: 5, isExact: true })).toBeUndefined()
})
