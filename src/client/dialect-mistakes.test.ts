import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { findDialectMistake } from './dialect-mistakes.ts'
import { createClient } from './http-client.ts'
import { http, json, startRawServer } from './testing/raw-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'infergate-dialect-mistakes-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** What is said of a dialect with this decoder where the service answers so. */
async function mistakeOf(decode: string, answer: Buffer): Promise<string | undefined> {
  const file = join(folder, 'mine.mjs')
  writeFileSync(
    file,
    `export default {
      name: 'mine', capabilities: [], operations: { generate: { method: 'POST', path: '/infer' } },
      encode: ({ prompt }) => ({ operation: 'generate', body: { input: prompt } }),
      decode: (body) => (${decode}),
    }`,
  )
  await using server = await startRawServer((socket) => socket.end(answer))
  const address = { dialect: 'mine', dialectModule: file, baseUrl: server.url }
  await using client = await createClient(address)
  return await findDialectMistake(client, { timeoutMs: 5_000 })
}

const README = `{
  text: body.output, finishReason: body.done ? 'stop' : 'length',
  usage: { completionTokens: body.tokens },
  error: body.failed ? { message: body.failed } : undefined,
}`
const NESTED = `{ text: body.choices[0].message.content, finishReason: body.choices[0].finish }`
const HELLO = { output: 'hello', done: true, tokens: 2 }

test.each([
  [
    'a text under another name',
    README,
    { result: 'hello', done: true },
    /`body\.output` for its `text`.*operations\.generate.*result/,
  ],
  ['a text deeper down', README, { data: [{ out: 'hello' }] }, /`body\.output`/],
  ['a nested field', NESTED, { choices: [{ text: 'hello' }] }, /`body\.choices\.0\.message`/],
  ['a missing list', NESTED, { text: 'hello' }, /`body\.choices`/],
  [
    'an empty text made of nothing',
    `{ text: body.outptu ?? '', finishReason: 'stop' }`,
    HELLO,
    /`body\.outptu`/,
  ],
  [
    'a finish reason under another name',
    '{ text: body.output, finishReason: body.finish }',
    HELLO,
    /`body\.finish` for its `finishReason`/,
  ],
])('%s is the mistake of the dialect, with the field and what came back', async (_, decode, body, says) => {
  expect(await mistakeOf(decode, json(body))).toMatch(says)
})

test('a path that the service does not have is named with its status and body', async () => {
  expect(await mistakeOf(README, json({ detail: 'Not Found' }, 404))).toMatch(
    /POST http:\S+\/infer is HTTP 404.*Not Found.*Correct the path of `operations\.generate`/,
  )
})

test('a body that the service refuses is named as what encode makes', async () => {
  expect(await mistakeOf(README, json({ detail: 'prompt: field required' }, 422))).toMatch(/422.*`encode`/)
})

test.each([
  ['answers that it failed', README, json({ failed: 'CUDA out of memory' })],
  ['answers with an error of its own', README, json({ error: "no attribute 'llm'" })],
  ['answers with an error under a name of its own', README, json({ error_msg: 'CUDA out of memory' })],
  ['answers with an empty text', README, json({ output: '', done: true, tokens: 0 })],
  ['answers with null for a text', README, json({ output: null, done: true, model: 'm' })],
  ['answers with an empty body', README, json({})],
  ['answers without a text', README, json({ done: true, tokens: 0 })],
  [
    'ends without a reason',
    '{ text: body.output, finishReason: body.finish }',
    json({ output: 'x', finish: null }),
  ],
  ['answers with HTML', README, http(200, '<html>gateway</html>', { 'content-type': 'text/html' })],
  ['fails', README, json({ error: 'boom' }, 500)],
  ['is loading', README, json({ error: 'loading' }, 503)],
  ['works', README, json(HELLO)],
])('where the service %s, the dialect is not at fault', async (_, decode, answer) => {
  expect(await mistakeOf(decode, answer)).toBeUndefined()
})
