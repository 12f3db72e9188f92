import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { createProbe } from './probe.ts'
import {
  completion,
  DONE,
  delta,
  event,
  http,
  json,
  STREAM_HEAD,
  startRawServer,
} from './testing/raw-server.ts'
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

/** Answers whole requests well; what becomes of streamed ones is said by their number. */
async function probeStreaming(stream: (socket: Socket, number: number) => void) {
  let streams = 0
  const asked: string[] = []
  await using server = await startRawServer((socket, { body }) => {
    const streamed = JSON.parse(body).stream === true
    asked.push(streamed ? 'stream' : 'whole')
    if (streamed) stream(socket, ++streams)
    else socket.write(json(completion('whole')))
  })
  const address = { dialect: 'openai', baseUrl: server.url, model: 'm' }
  return { asked, outcome: await createProbe().generate(address, AbortSignal.timeout(20_000)) }
}

const GOOD = Buffer.from(delta('hi', 'stop') + DONE)
const sse = (bytes: string | Buffer) => http(200, bytes, { 'content-type': 'text/event-stream' })

test('whatever goes wrong with streams alone, a service that answers whole generates', async () => {
  const error = { error: { message: 'no streams today' } }
  const wrong: ((socket: Socket) => void)[] = [
    (socket) => socket.write(json(error, 500)),
    (socket) => socket.write(json(error, 501)),
    (socket) => socket.write(json(error, 400)),
    (socket) => socket.write(sse(event(error) + DONE)),
    (socket) => socket.write(sse(delta('', 'stop') + DONE)),
    (socket) => socket.write(sse(delta('a', 'STOP') + DONE)),
    (socket) => socket.resetAndDestroy(),
  ]
  for (const stream of wrong) {
    const { outcome, asked } = await probeStreaming(stream)
    expect(outcome).toEqual({ ok: true, e2eMs: expect.any(Number) })
    expect(asked.at(-1)).toBe('stream')
  }
})

test('a stream that hangs is not waited for alone', async () => {
  const { outcome } = await probeStreaming((socket) => socket.write(STREAM_HEAD))
  expect(outcome).toEqual({ ok: true, e2eMs: expect.any(Number) })
})

test('a slow stream still counts in the place of the whole answer that was asked for beside it', async () => {
  const { outcome, asked } = await probeStreaming((socket) =>
    setTimeout(() => socket.write(sse(GOOD)), 5_500),
  )
  expect(asked).toEqual(['stream', 'whole'])
  expect(outcome).toMatchObject({ ok: true, ttftMs: expect.any(Number) })
})

test('what went wrong once, and not with the next stream, is no matter of streams', async () => {
  const { outcome, asked } = await probeStreaming((socket, number) =>
    socket.write(number === 1 ? json({ error: 'not ready' }, 500) : sse(GOOD)),
  )
  expect(asked).toEqual(['stream', 'whole', 'stream'])
  expect(outcome).toMatchObject({ ok: false, failure: 'http-status', status: 500 })
})

test('a failure that the service tells in a megabyte is kept as a thousand characters', async () => {
  const said = json({ error: { message: 'x'.repeat(1_000_000) } }, 500)
  const outcome = await probe({ 'POST /v1/completions': said }, 'generate')
  expect(outcome).toMatchObject({ ok: false, message: expect.stringMatching(/x… 99\d{4} characters more$/) })
})
