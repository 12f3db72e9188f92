import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readPrompts } from './read-prompts.ts'
import { writeFile } from './testing/prompt-file.ts'

const conversation = {
  id: 'x1',
  conversations: [
    { from: 'gpt', value: 'the end of something' },
    { from: 'human', value: 'What is ice?' },
    { from: 'gpt', value: 'Frozen water.' },
    { from: 'human', value: 'And steam?' },
  ],
}

test('each line has one of three forms; fields that are not known are let through', () => {
  const messages = [
    { role: 'system', content: 'Be short.' },
    { role: 'user', content: 'Hello' },
  ]
  const lines = [{ prompt: 'Hello', output_tokens: 12, category: 'greeting' }, { messages }, conversation]
  const file = writeFile(`\uFEFF${lines.map((line) => JSON.stringify(line)).join('\r\n')}\n\n`)
  expect(readPrompts(file)).toEqual({
    skipped: 0,
    entries: [
      { place: `${file}:1`, kind: 'prompt', prompt: 'Hello', outputTokens: 12 },
      { place: `${file}:2`, kind: 'messages', messages },
      {
        ...{ place: `${file}:3`, kind: 'conversation' },
        turns: [{ prompt: 'What is ice?', answer: 'Frozen water.' }, { prompt: 'And steam?' }],
      },
    ],
  })
})

test('ShareGPT as one array: a conversation without a human is left out, and counted', () => {
  const file = writeFile(JSON.stringify([{ conversations: [] }, conversation], undefined, 2))
  expect(readPrompts(file)).toMatchObject({ skipped: 1, entries: [{ place: `${file}, item 2` }] })
})

test('texts alone are prompts, as in the lists of this repository', () => {
  const file = join(import.meta.dirname, '../../../fixtures/prompts/open.json')
  const [first, ...others] = readPrompts(file).entries
  expect(first).toEqual({ place: `${file}, item 1`, kind: 'prompt', prompt: 'Tell me a story about a lamp.' })
  expect(others.length).toBe(23)
})

const good = '{"prompt":"a"}\n'
test.each([
  ['a broken line', `${good}{"prompt": \n`, /prompts\.jsonl:2: it is no JSON/],
  ['a prompt that is no text', `${good}{"prompt":5}`, /:2: prompt: .*expected string/],
  ['an empty prompt', `${good}${good}{"prompt":""}`, /:3: prompt: /],
  [
    'none of the forms',
    '{"text":"a"}',
    /:1: it has none of prompt, messages and conversations\. Write "a prompt", \{"prompt"/,
  ],
  ['two forms', '{"prompt":"a","messages":[{"role":"user","content":"b"}]}', /:1: it has more than one/],
  ['a length of 0', '{"prompt":"a","output_tokens":0}', /:1: output_tokens: /],
  ['a line that is no object', '5', /:1: .*expected object/],
  ['messages without a role', '{"messages":[{"content":"a"}]}', /:1: messages.*role/],
  ['a broken array', '[{"prompt":"a"},', /prompts\.jsonl: it is no JSON/],
  ['an item of an array', '[{"prompt":"a"},{}]', /item 2: it has none/],
  ['an empty file', ' \n', /is empty/],
  ['nothing asked', '{"conversations":[]}', /no entry of it asks anything/],
  ['a binary file', new Uint8Array([80, 75, 3, 4, 0, 0]), /it is binary/],
  ['no UTF-8', new Uint8Array([0x22, 0xff, 0xfe]), /no UTF-8/],
])('%s is refused with its place', (_what, content, says) => {
  const file = writeFile(content)
  expect(() => readPrompts(file)).toThrow(says)
  expect(() => readPrompts(file)).toThrow(/nothing was sent\.$/)
  expect(() => readPrompts(file)).toThrow(expect.objectContaining({ code: 'usage' }))
})

test('a file that is not there, or is none, is named', () => {
  expect(() => readPrompts('/no/such/prompts.jsonl')).toThrow(
    '/no/such/prompts.jsonl cannot be read: there is no',
  )
  expect(() => readPrompts(tmpdir())).toThrow('it is no file')
  expect(() => readPrompts('/dev/zero')).toThrow('it is no file')
})
