import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { Constraint, GenerationRequest } from '../records/index.ts'
import { toCurl } from './curl.ts'
import { ananke } from './dialects/ananke.ts'
import { openai } from './dialects/openai.ts'
import { createClient } from './http-client.ts'
import { completion, http, json, startRawServer } from './testing/raw-server.ts'

const REQUEST: GenerationRequest = {
  prompt: 'hi',
  maxTokens: 4,
  temperature: 0,
  topP: 0.9,
  topK: 5,
  seed: 1,
  stop: ['x'],
}
const body = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

test('openai spells completions and chat as its contract does', () => {
  const common = { model: 'm', max_tokens: 4, temperature: 0, top_p: 0.9, top_k: 5, seed: 1, stop: ['x'] }
  const plain = openai.encode(REQUEST, 'm')
  expect([plain.operation, body(plain.body)]).toEqual(['generate', { ...common, prompt: 'hi' }])
  const chat = openai.encode({ ...REQUEST, route: 'chat', minTokens: 4, ignoreEos: true }, 'm')
  expect([chat.operation, body(chat.body)]).toEqual([
    'chat',
    { ...common, messages: [{ role: 'user', content: 'hi' }], min_tokens: 4, ignore_eos: true },
  ])
})

test('each constraint goes out in the one spelling that binds', () => {
  const schema = { type: 'object' }
  const cases: [Constraint, object, object | undefined][] = [
    [
      { kind: 'json-schema', schema },
      { response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } } },
      { json_schema: schema },
    ],
    [{ kind: 'json-object' }, { response_format: { type: 'json_object' } }, undefined],
    [{ kind: 'regex', pattern: 'a' }, { structured_outputs: { regex: 'a' } }, { regex_patterns: ['a'] }],
    [{ kind: 'choice', choices: ['a'] }, { structured_outputs: { choice: ['a'] } }, undefined],
    [{ kind: 'grammar', grammar: 'g' }, { structured_outputs: { grammar: 'g' } }, { grammar: 'g' }],
  ]
  for (const [constraint, inOpenai, inAnanke] of cases) {
    const request = { prompt: 'x', maxTokens: 1, constraint }
    expect(openai.encode(request, 'm').body).toMatchObject(inOpenai)
    if (inAnanke) expect(ananke.encode(request, undefined).body).toMatchObject({ constraints: inAnanke })
    else expect(() => ananke.encode(request, undefined)).toThrow(TypeError)
  }
})

test('ananke reports its own time, model and flag, and its total is not made up', async () => {
  const answer = {
    generated_text: 'hi',
    tokens_generated: 2,
    generation_time_ms: 40,
    constraint_satisfied: false,
    model_name: 'llama',
    finish_reason: 'length',
    metadata: { prompt_tokens: 3, constraint_type: null },
  }
  await using server = await startRawServer((socket) => socket.write(json(answer)))
  await using client = await createClient({ dialect: 'ananke', baseUrl: server.url })
  const generation = await client.generate({ ...REQUEST, wire: { temperature: undefined } })
  expect(generation).toMatchObject({
    text: 'hi',
    finishReason: 'length',
    reported: { model: 'llama', generationMs: 40, constraintSatisfied: false },
  })
  expect(generation.outcome === 'completed' && generation.usage).toEqual({
    completionTokens: 2,
    promptTokens: 3,
  })
  expect(JSON.parse(generation.sent.body ?? '')).toEqual({
    prompt: 'hi',
    max_tokens: 4,
    top_p: 0.9,
    top_k: 5,
    stop_sequences: ['x'],
  })
  expect(server.requests[0]?.head).toMatch(/^POST \/generate_api /)
})

test('ananke`s error is kept however ill-shaped its metadata is', () => {
  const failed = (metadata: unknown) => ananke.decode({ finish_reason: 'error', metadata }, 'generate')
  expect(failed({ error: 'no llm', error_type: 'AttributeError' }).error).toEqual({
    message: 'no llm',
    type: 'AttributeError',
  })
  for (const metadata of [undefined, null, 'text', { error: 5 }])
    expect(failed(metadata).finishReason).toBe('error')
})

test('wire fields stand verbatim, last, and undefined takes a field away', async () => {
  await using server = await startRawServer((socket) => socket.write(json(completion('x'))))
  await using client = await createClient({ dialect: 'openai', baseUrl: server.url, model: 'm' })
  const { sent } = await client.generate({
    prompt: 'x',
    maxTokens: 1,
    wire: { max_tokens: 'many', prompt: undefined },
  })
  expect(JSON.parse(sent.body ?? '')).toEqual({ model: 'm', max_tokens: 'many' })
})

test('a raw request goes out as it is, to a path as it is written', async () => {
  await using server = await startRawServer((socket) => socket.write(http(200, 'pong')))
  await using client = await createClient({ dialect: 'openai', baseUrl: `${server.url}/base/v1/` })
  const bytes = new Uint8Array([0x7b, 0xff, 0x7d])
  await client.send({ operation: 'generate', body: bytes, contentType: 'text/plain' })
  await client.send({ path: '/v1/completions/', method: 'OPTIONS' })
  const reply = await client.send({ path: '/odd//path' })
  expect(reply).toMatchObject({ outcome: 'completed', status: 200, text: 'pong' })
  expect(server.requests.map(({ head }) => head.split('\r\n')[0])).toEqual([
    'POST /base/v1/completions HTTP/1.1',
    'OPTIONS /base/v1/completions/ HTTP/1.1',
    'GET /base/odd//path HTTP/1.1',
  ])
  expect(server.requests[0]?.head).toMatch(/content-type: text\/plain/i)
})

test('a reply that calls itself JSON must be JSON, an empty body is none', async () => {
  const answers = [
    json('{"a":1,"a":2}'),
    http(200, ''),
    json(''),
    http(200, Buffer.from([0xff])),
    json({ a: 1 }),
  ]
  await using server = await startRawServer((socket, _, index) => socket.write(answers[index] ?? ''))
  await using client = await createClient({ dialect: 'openai', baseUrl: server.url })
  const replies = []
  for (const _ of answers) replies.push(await client.call('health'))
  expect(replies.map((reply) => (reply.outcome === 'failed' ? reply.failure : reply.text))).toEqual([
    'malformed-body',
    '',
    '',
    'malformed-body',
    '{"a":1}',
  ])
  expect(replies[1]).not.toHaveProperty('json')
  expect(replies[4]).toMatchObject({ json: { a: 1 } })
})

test('requests share a kept-alive connection, and closing ends it', async () => {
  await using server = await startRawServer((socket) => socket.write(json(completion('x'))))
  const client = await createClient({ dialect: 'openai', baseUrl: server.url, model: 'm' })
  for (let i = 0; i < 8; i++) await client.generate(REQUEST)
  // undici checks a connection that has just become idle, and may open one more meanwhile.
  expect(server.open()).toBeLessThanOrEqual(2)
  await client.close()
  await expect.poll(() => server.open()).toBe(0)
})

test('the curl of a request is one shell line that says it exactly, quotes, secrets and all', async () => {
  const body = `{"prompt":"it's $HOME \`x\` \\\\ é"}`
  const headers = {
    authorization: 'Bearer [secret from environment variable KEY]',
    'x-key': '[secret from file /etc/hostname]',
  }
  const line = toCurl({ method: 'POST', url: 'http://127.0.0.1:9/a?b=1&c=2', headers, body })
  // A function in curl's place shows the arguments as the shell hands them over.
  const { stdout } = await promisify(execFile)(
    'sh',
    ['-c', `curl() { printf '%s\\0' "$@"; }; cat() { printf 'in %s' "$1"; }; ${line}`],
    { env: { KEY: 'k  1' } },
  )
  expect(stdout.split('\0').slice(0, -1)).toEqual([
    ...['-sS', '-i', '-N', '-X', 'POST', 'http://127.0.0.1:9/a?b=1&c=2'],
    ...['-H', 'authorization: Bearer k  1', '-H', 'x-key: in /etc/hostname'],
    ...['--data-binary', body],
  ])
})
