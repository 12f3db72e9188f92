import { expect, test } from 'vitest'
import { createProbe } from './probe.ts'
import { completion, DONE, delta, http, json, STREAM_HEAD, startRawServer } from './testing/raw-server.ts'
import { MODELS, type Routes, serve } from './testing/routes.ts'

const STREAM = Buffer.concat([STREAM_HEAD, Buffer.from(delta('hi', 'stop') + DONE)])

const probe = async (routes: Routes, what: 'health' | 'generate', dialect = 'openai') => {
  await using server = await serve(routes)
  return await createProbe()[what]({ dialect, baseUrl: server.url, model: 'm' }, AbortSignal.timeout(5_000))
}

test('a probe is good with text, a finish reason and no error; where the wire streams it has a first token', async () => {
  expect(await probe({ 'POST /v1/completions': STREAM }, 'generate')).toEqual({
    ok: true,
    e2eMs: expect.any(Number),
    ttftMs: expect.any(Number),
  })
  const answer = {
    generated_text: 'hi',
    tokens_generated: 1,
    generation_time_ms: 5,
    constraint_satisfied: true,
  }
  const whole = json({ ...answer, model_name: 'x', finish_reason: 'stop' })
  expect(await probe({ 'POST /generate_api': whole }, 'generate', 'ananke')).toEqual({
    ok: true,
    e2eMs: expect.any(Number),
  })
})

test('the failure of the origin story is no good generation', async () => {
  const message = "'AnankeLLM' object has no attribute 'llm'"
  const body = {
    generated_text: '',
    finish_reason: 'error',
    metadata: { error: message, error_type: 'AttributeError' },
  }
  expect(await probe({ 'POST /generate_api': json(body) }, 'generate', 'ananke')).toEqual({
    ok: false,
    failure: 'service-error',
    message,
    status: 200,
  })
})

test('no text, or a finish reason that is none of the good ones, is not good', async () => {
  const stream = (...events: string[]) => Buffer.concat([STREAM_HEAD, Buffer.from(events.join('') + DONE)])
  for (const events of [[delta('', 'stop')], [delta(' \n', 'stop')], [delta('a', 'content_filter')]])
    expect(
      await probe(
        {
          'POST /v1/completions': http(200, stream(...events).subarray(STREAM_HEAD.length), {
            'content-type': 'text/event-stream',
          }),
        },
        'generate',
      ),
    ).toMatchObject({
      ok: false,
      failure: 'service-error',
    })
})

test('a model that says nothing to one prompt is asked another', async () => {
  let asked = 0
  const sse = (events: string) => http(200, events + DONE, { 'content-type': 'text/event-stream' })
  await using server = await startRawServer((socket) => {
    socket.write(sse(delta(asked++ === 0 ? '' : 'hi', 'stop')))
  })
  const address = { dialect: 'openai', baseUrl: server.url, model: 'm' }
  expect(await createProbe().generate(address, AbortSignal.timeout(5_000))).toMatchObject({ ok: true })
  expect(asked).toBe(2)
})

test('a probe falls back to chat and to the model list where the first route is absent, and nowhere else', async () => {
  const chat = { choices: [{ index: 0, delta: { content: 'hi' }, finish_reason: 'stop' }] }
  const chatStream = http(200, `data: ${JSON.stringify(chat)}\n\n${DONE}`, {
    'content-type': 'text/event-stream',
  })
  expect(await probe({ 'POST /v1/chat/completions': chatStream }, 'generate')).toMatchObject({ ok: true })
  expect(await probe({ 'GET /v1/models': MODELS }, 'health')).toMatchObject({ ok: true })
  expect(await probe({ 'GET /health': http(503, ''), 'GET /v1/models': MODELS }, 'health')).toMatchObject({
    ok: false,
    failure: 'http-status',
    status: 503,
  })
})

test('a stream with a flaw does not hide that the service generates, but there is no first token then', async () => {
  const whole = { 'POST /v1/completions': json(completion('not a stream')) }
  expect(await probe(whole, 'generate')).toEqual({ ok: true, e2eMs: expect.any(Number) })
  const cut = { 'POST /v1/completions': http(200, delta('hi'), { 'content-type': 'text/event-stream' }) }
  expect(await probe(cut, 'generate')).toMatchObject({ ok: false, failure: 'malformed-body' })
})
