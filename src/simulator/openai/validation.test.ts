import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningSimulator, startSimulator } from '../start.ts'
import { exchange } from '../testing/exchange.ts'

let simulator: RunningSimulator
beforeAll(async () => {
  simulator = await startSimulator({ profile: 'instant', maxModelLen: 1024 })
})
afterAll(() => simulator.close())

const completion = (fields: object) => ({ prompt: 'Say hello.', max_tokens: 4, ...fields })
const ask = (fields: object) => exchange(simulator.url, '/v1/completions', { body: completion(fields) })

// As a running vLLM 0.32 answers: the field, a value that the real server refuses, the param it names.
test.each([
  ['temperature', -1, 'temperature'],
  ['temperature', 2.5, 'temperature'],
  ['temperature', 'hot', 'temperature'],
  ['top_p', 0, 'top_p'],
  ['top_p', 1.1, 'top_p'],
  ['top_k', -2, 'top_k'],
  ['min_p', -0.1, 'min_p'],
  ['min_p', 1.5, 'min_p'],
  ['max_tokens', 0, 'max_tokens'],
  ['max_tokens', -5, 'max_tokens'],
  ['max_tokens', 1.5, 'max_tokens'],
  ['max_tokens', 'ten', 'max_tokens'],
  ['max_tokens', 1025, 'max_tokens'],
  ['min_tokens', 9, 'min_tokens'],
  ['logprobs', -2, 'logprobs'],
  ['logprobs', 100, 'logprobs'],
  ['n', 0, 'n'],
  ['n', 100_000, 'n'],
  ['presence_penalty', 2.1, 'presence_penalty'],
  ['frequency_penalty', -2.1, 'frequency_penalty'],
  ['repetition_penalty', 0, 'repetition_penalty'],
  ['stop', '', 'stop'],
  ['stop', ['a', 'b', 'c', 'd', 'e'], 'stop'],
  ['stop', 7, 'stop'],
  ['stream', 'yes', 'stream'],
  ['stream_options', { include_usage: true }, 'stream_options'],
  ['prompt', '', 'prompt'],
  ['prompt', [], 'prompt'],
  ['prompt', 5, 'prompt'],
  ['prompt', null, 'prompt'],
  ['structured_outputs', {}, 'structured_outputs'],
  ['structured_outputs', { json: {}, regex: 'a' }, 'structured_outputs'],
  ['structured_outputs', { choice: [] }, 'structured_outputs'],
  ['structured_outputs', { regex: '[' }, null],
  ['structured_outputs', { json: 'no json' }, 'structured_outputs'],
  ['response_format', { type: 'json_schema' }, 'response_format'],
  ['response_format', { type: 'json_schema', json_schema: { name: 'x' } }, 'response_format'],
  ['response_format', { type: 'yaml' }, 'response_format'],
  ['response_format', 'json', 'response_format'],
])('%s = %j is a 400 that names its param', async (field, value, param) => {
  const reply = await ask({ [field]: value })
  expect(reply.status).toBe(400)
  const { error } = JSON.parse(reply.text)
  expect(error).toEqual({
    message: expect.stringMatching(/./),
    type: expect.stringMatching(/^Bad ?Request(Error)?$/),
    param,
    code: 400,
  })
})

// The same fields inside their bounds: a refusal above is the value's fault.
test.each([
  ['temperature', 0],
  ['temperature', 2],
  ['temperature', null],
  ['top_p', 1],
  ['top_k', -1],
  ['min_p', 1],
  ['max_tokens', '3'],
  ['min_tokens', 4],
  ['logprobs', 0],
  ['logprobs', 20],
  ['n', 3],
  ['presence_penalty', -2],
  ['stop', ['a', 'b', 'c', 'd']],
  ['stop', null],
  ['prompt', ['one', 'two']],
  ['prompt', [72, 105]],
  ['wizardry', 9000],
  ['model', null],
  ['model', 'infergate-simulated'],
  ['guided_json', { type: 'object' }],
  ['guided_regex', '['],
  ['guided_choice', ['a']],
  ['response_format', { type: 'text' }],
])('%s = %j is accepted', async (field, value) => {
  expect((await ask({ [field]: value })).status).toBe(200)
})

test('several greedy answers to one prompt are refused, several drawn ones are not', async () => {
  const greedy = await ask({ n: 2, temperature: 0 })
  expect(greedy.status).toBe(400)
  expect(JSON.parse(greedy.text).error.param).toBe('n')
})

test('an unknown model is a 404 that names model', async () => {
  const reply = await ask({ model: 'gpt-9' })
  expect(reply.status).toBe(404)
  expect(JSON.parse(reply.text).error).toMatchObject({ type: 'NotFoundError', param: 'model', code: 404 })
})

test('a grammar is a 501: this server has no grammar engine', async () => {
  const reply = await ask({ structured_outputs: { grammar: 'root ::= "a"' } })
  expect(reply.status).toBe(501)
  expect(JSON.parse(reply.text).error.code).toBe(501)
})

test('the context bounds the prompt; an answer that would run over its edge is cut there', async () => {
  const full = await ask({ prompt: 'x'.repeat(4096) })
  expect(full.status).toBe(400)
  expect(JSON.parse(full.text).error.message).toContain('maximum context length is 1024')
  const cut = await ask({ prompt: 'x'.repeat(4000), max_tokens: 100, ignore_eos: true })
  const answer = JSON.parse(cut.text)
  expect(answer.choices[0].finish_reason).toBe('length')
  expect(answer.usage).toMatchObject({ prompt_tokens: 1000, completion_tokens: 24, total_tokens: 1024 })
})

test.each([
  ['{"prompt":', 400],
  ['[]', 400],
  ['null', 400],
  ['{"prompt":"x","temperature":NaN}', 400],
])('the body %s is a 400 with an envelope', async (body, status) => {
  const reply = await exchange(simulator.url, '/v1/completions', { body })
  expect(reply.status).toBe(status)
  expect(JSON.parse(reply.text).error.message).not.toBe('')
})

test('a wrong content type is a 400, and so are bytes that are no UTF-8', async () => {
  const headers = { 'content-type': 'text/plain' }
  expect((await exchange(simulator.url, '/v1/completions', { body: '{}', headers })).status).toBe(400)
  const bytes = Uint8Array.of(0x7b, 0xff, 0x7d)
  const reply = await exchange(simulator.url, '/v1/completions', { body: bytes })
  expect([reply.status, JSON.parse(reply.text)]).toEqual([400, { detail: expect.any(String) }])
})

const chat = (fields: object) =>
  exchange(simulator.url, '/v1/chat/completions', {
    body: { messages: [{ role: 'user', content: 'hi' }], max_tokens: 4, ...fields },
  })

const tool = { type: 'function', function: { name: 'f' } }

test.each([
  [{ messages: undefined }, 'messages'],
  [{ messages: [] }, 'messages'],
  [{ messages: 'hi' }, 'messages'],
  [{ messages: [{ content: 'hi' }] }, 'messages'],
  [{ messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }, 'messages'],
  [{ messages: [{ role: 'user', content: null }] }, 'messages'],
  [{ messages: [{ role: 'user', content: [{ type: 'input_text', text: 'hi' }] }] }, 'messages'],
  [{ tools: [] }, 'tools'],
  [{ tools: 'f' }, 'body.tools'],
  [{ tools: [{ type: 'function' }] }, 'body.tools.0.function'],
  [{ tools: [{ type: 'function' }], tool_choice: 'none' }, 'body.tools.0.function'],
  [{ tools: [{ type: 'function', function: {} }] }, 'body.tools.0.function.name'],
  [{ tools: [{ type: 'retrieval', function: { name: 'f' } }] }, 'body.tools.0.type'],
  [
    { tools: [{ type: 'function', function: { name: 'f', parameters: 'x' } }] },
    'body.tools.0.function.parameters',
  ],
  [{ tool_choice: 'auto' }, 'tool_choice'],
  [{ tools: [tool], tool_choice: { type: 'x', function: { name: 'f' } } }, 'body.tool_choice'],
  [{ tools: [tool], tool_choice: 'sometimes' }, 'tool_choice'],
  [{ tools: [tool], tool_choice: { type: 'function', function: { name: 'g' } } }, 'tool_choice'],
  [{ tools: [tool], tool_choice: { type: 'function', name: 'f' } }, 'tool_choice.function'],
  [{ top_logprobs: 3 }, 'top_logprobs'],
  [{ logprobs: true, top_logprobs: 21 }, 'top_logprobs'],
  [{ chat_template: '{{ 1 }}' }, 'chat_template'],
  [{ max_completion_tokens: 0 }, 'max_completion_tokens'],
])('chat with %j is a 400', async (fields, param) => {
  const reply = await chat(fields)
  expect([reply.status, JSON.parse(reply.text).error?.param]).toEqual([400, param])
})

test('chat takes any role, text parts, and tools that it may not choose', async () => {
  expect((await chat({ messages: [{ role: 'wizard', content: 'hi' }] })).status).toBe(200)
  const parts = [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }]
  expect((await chat({ messages: parts })).status).toBe(200)
  expect((await chat({ tools: [tool], tool_choice: 'none' })).status).toBe(200)
})
