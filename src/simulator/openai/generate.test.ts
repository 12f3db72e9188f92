import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningSimulator, startSimulator } from '../start.ts'
import { exchange, payloads } from '../testing/exchange.ts'

let simulator: RunningSimulator
beforeAll(async () => {
  simulator = await startSimulator({ profile: 'instant' })
})
afterAll(() => simulator.close())

const post = (path: string, body: object) => exchange(simulator.url, path, { body })
const complete = async (body: object) =>
  JSON.parse((await post('/v1/completions', { prompt: 'Tell me a story.', max_tokens: 40, ...body })).text)
const stream = async (path: string, body: object) => {
  const reply = await post(path, { max_tokens: 40, stream: true, ...body })
  return { reply, events: payloads(reply.text) }
}
const chunks = (events: readonly string[]) =>
  events.filter((event) => event !== '[DONE]').map((event) => JSON.parse(event))

test('a completion has the shape of vLLM: ids, one choice, a sum', async () => {
  const answer = await complete({ seed: 3, ignore_eos: true })
  expect(answer).toMatchObject({ object: 'text_completion', model: 'infergate-simulated' })
  expect(answer.id).toMatch(/^cmpl-/)
  expect(answer.choices).toHaveLength(1)
  expect(answer.choices[0]).toMatchObject({ index: 0, finish_reason: 'length', logprobs: null })
  expect(answer.usage).toMatchObject({ prompt_tokens: 4, completion_tokens: 40, total_tokens: 44 })
})

test('without max_tokens a completion has 16 tokens and a chat runs to its end', async () => {
  const { text } = await post('/v1/completions', { prompt: 'Tell me a story.', ignore_eos: true })
  expect(JSON.parse(text).usage.completion_tokens).toBe(16)
  const chat = await post('/v1/chat/completions', {
    messages: [{ role: 'user', content: 'Tell me a story.' }],
  })
  expect(JSON.parse(chat.text).choices[0].finish_reason).toBe('stop')
})

test('equal seeds give equal texts, other seeds others; temperature 0 needs no seed', async () => {
  const text = async (fields: object) => (await complete(fields)).choices[0].text
  expect(await text({ seed: 5 })).toBe(await text({ seed: 5 }))
  const five = await Promise.all([1, 2, 3, 4, 5].map((seed) => text({ seed, temperature: 1 })))
  expect(new Set(five).size).toBeGreaterThan(1)
  expect(await text({ temperature: 0 })).toBe(await text({ temperature: 0 }))
})

test('a stream says what the whole answer says, with one finish reason and [DONE] last', async () => {
  const body = { prompt: 'Tell me a story.', seed: 7 }
  const { reply, events } = await stream('/v1/completions', body)
  expect(reply.headers['content-type']).toBe('text/event-stream; charset=utf-8')
  expect(events.at(-1)).toBe('[DONE]')
  const choices = chunks(events).map((chunk) => chunk.choices[0])
  expect(choices.filter((choice) => choice.finish_reason !== null)).toHaveLength(1)
  expect(choices.map((choice) => choice.text).join('')).toBe((await complete(body)).choices[0].text)
  expect(chunks(events).some((chunk) => 'usage' in chunk)).toBe(false)
})

test('include_usage adds one chunk without choices before [DONE], with the usage of the whole answer', async () => {
  const body = { prompt: 'Tell me a story.', seed: 7 }
  const { events } = await stream('/v1/completions', { ...body, stream_options: { include_usage: true } })
  const last = JSON.parse(events.at(-2) ?? '')
  expect(last.choices).toEqual([])
  // Two fields stand in a whole answer only.
  const details = { prompt_tokens_details: null, completion_tokens_details: null }
  expect({ ...last.usage, ...details }).toEqual((await complete(body)).usage)
})

test('a chat stream begins with the role alone; its deltas are the message', async () => {
  const body = { messages: [{ role: 'user', content: 'Tell me a story.' }], seed: 2 }
  const { events } = await stream('/v1/chat/completions', body)
  const [first, ...rest] = chunks(events).map((chunk) => chunk.choices[0])
  expect(first).toMatchObject({ delta: { role: 'assistant', content: '' }, finish_reason: null })
  expect(rest.some((choice) => 'role' in choice.delta)).toBe(false)
  const whole = JSON.parse((await post('/v1/chat/completions', { ...body, max_tokens: 40 })).text)
  expect(whole.choices[0].message.role).toBe('assistant')
  expect(rest.map((choice) => choice.delta.content).join('')).toBe(whole.choices[0].message.content)
  expect(chunks(events)[0].object).toBe('chat.completion.chunk')
})

test('a stop string ends the text before itself, is named, and none of it is ever streamed', async () => {
  const body = { prompt: 'Tell me a story.', seed: 7, max_tokens: 60 }
  const free = (await complete(body)).choices[0].text as string
  const stop = free.slice(10, 14)
  const cut = (await complete({ ...body, stop: ['zqzq', stop] })).choices[0]
  expect(cut).toMatchObject({
    text: free.slice(0, free.indexOf(stop)),
    finish_reason: 'stop',
    stop_reason: stop,
  })
  const { events } = await stream('/v1/completions', { ...body, stop })
  expect(
    chunks(events)
      .map((chunk) => chunk.choices[0].text)
      .join(''),
  ).toBe(cut.text)
  const kept = (await complete({ ...body, stop, include_stop_str_in_output: true })).choices[0].text
  expect(kept).toBe(cut.text + stop)
})

test('min_tokens with ignore_eos gives exactly as many tokens', async () => {
  const answer = await complete({ prompt: 'Say hello.', min_tokens: 64, max_tokens: 64, temperature: 0 })
  expect(answer.usage.completion_tokens).toBe(64)
})

test('n gives numbered choices that differ, streamed or not; the prompt counts once', async () => {
  const answer = await complete({ n: 3, seed: 1 })
  expect(answer.choices.map(({ index }: { index: number }) => index)).toEqual([0, 1, 2])
  expect(new Set(answer.choices.map(({ text }: { text: string }) => text)).size).toBeGreaterThan(1)
  expect(answer.usage.prompt_tokens).toBe(4)
  const { events } = await stream('/v1/completions', { prompt: 'Tell me a story.', n: 3, seed: 1 })
  const finished = chunks(events)
    .flatMap((chunk) => chunk.choices)
    .filter((choice) => choice.finish_reason)
  expect(finished.map(({ index }) => index).sort()).toEqual([0, 1, 2])
})

test('echo puts the prompt first, streamed or not, also with no token of its own', async () => {
  const prompt = 'Say hello.'
  expect((await complete({ prompt, echo: true })).choices[0].text).toMatch(/^Say hello\../)
  expect((await complete({ prompt, echo: true, max_tokens: 0 })).choices[0]).toMatchObject({
    text: prompt,
    finish_reason: 'length',
  })
  const { events } = await stream('/v1/completions', { prompt, echo: true })
  expect(
    chunks(events)
      .map((chunk) => chunk.choices[0].text)
      .join('')
      .startsWith(prompt),
  ).toBe(true)
})

test('logprobs list each token with its probability, and join to the text', async () => {
  const { choices } = await complete({ logprobs: 1, max_tokens: 6, ignore_eos: true, prompt: 'Say hello.' })
  const { tokens, token_logprobs, text_offset, top_logprobs } = choices[0].logprobs
  expect(tokens.join('')).toBe(choices[0].text)
  expect([token_logprobs.length, text_offset.length, top_logprobs.length]).toEqual([6, 6, 6])
  for (const logprob of token_logprobs) expect(logprob).toBeLessThanOrEqual(0)
})

const PERSON = {
  type: 'object',
  properties: { name: { type: 'string', maxLength: 12 }, age: { type: 'integer', minimum: 0, maximum: 120 } },
  required: ['name', 'age'],
  additionalProperties: false,
}

test.each([
  ['/v1/completions', { structured_outputs: { json: PERSON } }],
  ['/v1/completions', { structured_outputs: { json: JSON.stringify(PERSON) } }],
  [
    '/v1/completions',
    { response_format: { type: 'json_schema', json_schema: { name: 'p', schema: PERSON } } },
  ],
  ['/v1/chat/completions', { structured_outputs: { json: PERSON } }],
  [
    '/v1/chat/completions',
    { response_format: { type: 'json_schema', json_schema: { name: 'p', schema: PERSON } } },
  ],
])('%s holds its answers to the schema of %j', async (path, fields) => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const prompt = 'Ignore the format and tell me a story.'
    const asked = { prompt, messages: [{ role: 'user', content: prompt }], max_tokens: 60, seed, ...fields }
    const { choices } = JSON.parse((await post(path, asked)).text)
    const person = JSON.parse(choices[0].text ?? choices[0].message.content)
    expect(person).toEqual({ name: expect.stringMatching(/^.{0,12}$/su), age: expect.any(Number) })
    expect(person.age).toBeGreaterThanOrEqual(0)
    expect(person.age).toBeLessThanOrEqual(120)
  }
})

test('regex, choice and json_object hold too, streamed as well', async () => {
  const held = async (structured_outputs: object) => {
    const body = { prompt: 'Tell me a story.', max_tokens: 60, structured_outputs }
    const { events } = await stream('/v1/completions', body)
    return chunks(events)
      .map((chunk) => chunk.choices[0].text)
      .join('')
  }
  expect(await held({ regex: 'zq[0-9]{4}qz' })).toMatch(/^zq[0-9]{4}qz$/)
  expect(['yes', 'no']).toContain(await held({ choice: ['yes', 'no'] }))
  expect(JSON.parse(await held({ json_object: true }))).toBeTypeOf('object')
})

test('a marker in the prompt comes back, each to its own asker', async () => {
  const markers = Array.from({ length: 12 }, (_, index) => `m${index}-${index * 7}`)
  const texts = await Promise.all(
    markers.map(
      async (marker) => (await complete({ prompt: `Repeat: "${marker}"`, temperature: 0 })).choices[0].text,
    ),
  )
  for (const [index, text] of texts.entries()) {
    expect(text).toContain(`"${markers[index]}"`)
    expect(markers.filter((marker) => text.includes(`"${marker}"`))).toHaveLength(1)
  }
})

test('a streamed request with a bad regex is HTTP 200, an error event, and [DONE]', async () => {
  const { reply, events } = await stream('/v1/completions', {
    prompt: 'x',
    structured_outputs: { regex: '[' },
  })
  expect(reply.status).toBe(200)
  expect(events).toHaveLength(2)
  expect(JSON.parse(events[0] ?? '').error).toMatchObject({ code: 400, type: 'BadRequestError' })
  expect(events[1]).toBe('[DONE]')
})
