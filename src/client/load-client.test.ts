import { expect, test } from 'vitest'
import { Secret } from '../secret.ts'
import { openLoadClient } from './load-client.ts'
import { askStream, atOnce, inPieces, PROMPT, type Write } from './testing/ask-stream.ts'
import { load } from './testing/load.ts'
import {
  completion,
  DONE,
  delta,
  event,
  head,
  http,
  json,
  STREAM_HEAD,
  startRawServer,
} from './testing/raw-server.ts'

const usage = event({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } })
const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
const CHUNKED = head(200, { 'content-type': 'text/event-stream', 'transfer-encoding': 'chunked' })

/** A whole stream on a connection that stays open. */
const kept: Write = (socket) => {
  const body = [delta('a'), delta('b', 'stop'), DONE].map(chunk).join('')
  socket.write(Buffer.concat([CHUNKED, Buffer.from(`${body}0\r\n\r\n`)]))
}

test('a whole stream is an answer: its text, its end, and the stamps of the reads that completed its events', async () => {
  const answer = await load(inPieces(delta(''), delta('a'), delta('b'), delta('', 'stop'), usage, DONE))
  expect(answer).toMatchObject({
    ...{ text: 'ab', finishReason: 'stop', status: 200, events: 6, reads: 6 },
    usage: { promptTokens: 1, completionTokens: 2, totalTokens: 3 },
  })
  expect(answer).not.toHaveProperty('failure')
  const { headersMs = NaN, firstByteMs = NaN, ttftMs = NaN, e2eMs, chunkAtMs } = answer
  const times = [0, headersMs, firstByteMs, ttftMs, ...chunkAtMs.slice(1), e2eMs]
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(chunkAtMs).toHaveLength(2)
  expect(ttftMs).toBe(chunkAtMs[0])
  // Servers pause for 15 ms between the pieces; on a busy machine the first of two is read late.
  expect(ttftMs - firstByteMs).toBeGreaterThanOrEqual(5)
})

test('several events in one read have one stamp, and are one read however they are framed', async () => {
  const { chunkAtMs, reads, bytes } = await load(kept)
  expect(reads).toBe(1)
  expect(bytes).toBe(Buffer.byteLength(delta('a') + delta('b', 'stop') + DONE))
  expect(chunkAtMs[0]).toBe(chunkAtMs[1])
})

test('a role alone is no content, a thought is', async () => {
  const chat = (content: object, finish: string | null = null) =>
    event({ choices: [{ index: 0, delta: content, finish_reason: finish }] })
  const pieces = [
    chat({ role: 'assistant', content: '' }),
    chat({ reasoning: 'hm' }),
    chat({ content: 'yes' }),
    chat({}, 'stop'),
  ]
  const answer = await load(atOnce(...pieces, DONE), { request: { route: 'chat' } })
  expect(answer).toMatchObject({ text: 'yes', reasoning: 'hm', events: 5 })
  expect(answer.chunkAtMs).toHaveLength(2)
})

test('an answer that is not streamed has neither a first token nor chunks', async () => {
  const answer = await load((socket) => socket.end(json(completion('hello'))), { request: { stream: false } })
  expect(answer).toMatchObject({ text: 'hello', finishReason: 'stop', chunkAtMs: [], events: 0, reads: 1 })
  expect(answer).not.toHaveProperty('ttftMs')
  expect(answer).not.toHaveProperty('failure')
})

const broken: Record<string, Write> = {
  'a status': (socket) => socket.end(json({ error: { message: 'no' } }, 500)),
  'a status without a body': (socket) => socket.end(http(502, '')),
  'an error event': atOnce(delta('a'), event({ error: { message: 'it broke', code: 503 } }), DONE),
  'an error beside its events': atOnce(delta('a'), '{"error":{"message":"it broke"}}\n\n'),
  'a finish reason that is a failure': atOnce(delta('a', 'abort'), DONE),
  'no finish reason': atOnce(delta('a'), DONE),
  'no end marker': atOnce(delta('a', 'stop')),
  'an event cut short': atOnce(delta('a'), 'data: {"choices":'),
  'an event that is no JSON': atOnce(delta('a'), 'data: {"choices":}\n\n', delta('b', 'stop'), DONE),
  'an event of another wire': atOnce(delta('a'), event({ text: 'x' }), DONE),
  'a broken byte': atOnce(delta('a'), Buffer.from([0x64, 0x61, 0xff, 0x0a]), DONE),
  'a body that is no stream': (socket) => socket.end(json(completion('a'))),
  'a packed body': (socket) => socket.end(http(200, 'x', { 'content-encoding': 'gzip' })),
  'a redirect to another place': (socket) => socket.end(http(302, '', { location: 'http://127.0.0.1:9/' })),
  'a connection that closes at once': (socket) => socket.end(),
  'no HTTP': (socket) => socket.end('SSH-2.0\r\n\r\n'),
  'headers without an end': (socket) => socket.end(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(70_000)}\r\n\r\n`),
  'a reset': async (socket) => {
    socket.write(Buffer.concat([CHUNKED, Buffer.from(chunk(delta('so far')))]))
    await new Promise((resolve) => setTimeout(resolve, 30))
    socket.resetAndDestroy()
  },
  'a chunk that never came': (socket) => socket.end(Buffer.concat([CHUNKED, Buffer.from(chunk(delta('a')))])),
  'a length that was not kept': (socket) =>
    socket.end(
      Buffer.concat([
        head(200, { 'content-type': 'text/event-stream', 'content-length': '900' }),
        Buffer.from(delta('a')),
      ]),
    ),
}

test.each(Object.entries(broken))('%s is the failure that it is to the strict client', async (_, write) => {
  const [strict, loose] = [await askStream(write), await load(write)]
  if (strict.outcome !== 'failed') return expect.unreachable()
  const { failure, message, status, turnedAway, text = '' } = strict
  expect(loose).toMatchObject({ failure, message, text, ...(status !== undefined && { status }) })
  expect(loose.turnedAway).toEqual(turnedAway)
})

test('a service that has no room turns a request away', async () => {
  const refusal = json({ error: { message: 'full' } }, 429).toString()
  const answer = await load((socket) => socket.end(refusal.replace('X\r\n', 'X\r\nretry-after: 2\r\n')))
  expect(answer).toMatchObject({ failure: 'http-status', status: 429, turnedAway: { retryAfterMs: 2_000 } })
})

test('a message that quotes a secret shows its label', async () => {
  const knownSecrets = [new Secret('hunter2hunter2', 'TOKEN')]
  const answer = await load((socket) => socket.end(json({ error: 'bad key hunter2hunter2' }, 401)), {
    address: { knownSecrets },
  })
  expect(answer.message).toMatch(/^HTTP 401: bad key .*TOKEN/)
  expect(answer.message).not.toContain('hunter2')
})

const silent: Write = (socket) => {
  socket.write(Buffer.concat([STREAM_HEAD, Buffer.from(delta('a'))]))
}

test('a deadline, a signal and the end of the client end what is in flight, and its connection', async () => {
  await using server = await startRawServer(silent)
  const address = { dialect: 'openai', baseUrl: server.url, model: 'm' }
  await using client = await openLoadClient(address)
  const request = client.prepare(PROMPT)
  expect(await client.send(request, { timeoutMs: 60 })).toMatchObject({ failure: 'timeout', text: 'a' })
  const signal = AbortSignal.timeout(60)
  expect(await client.send(request, { signal })).toMatchObject({ failure: 'aborted', text: 'a' })
  expect(await client.send(request, { signal })).toMatchObject({ failure: 'aborted', text: '' })
  const last = client.send(request)
  await expect.poll(() => server.open()).toBe(1)
  await client.close()
  expect(await last).toMatchObject({ failure: 'aborted' })
  expect(await client.send(request)).toMatchObject({ failure: 'aborted' })
  await expect.poll(() => server.open()).toBe(0)
})

test('a stream that stays open is complete with its end marker', async () => {
  await using server = await startRawServer((socket) => {
    socket.write(Buffer.concat([STREAM_HEAD, Buffer.from(delta('a', 'stop') + DONE)]))
  })
  await using client = await openLoadClient({ dialect: 'openai', baseUrl: server.url, model: 'm' })
  const answer = await client.send(client.prepare(PROMPT), { timeoutMs: 5_000 })
  expect(answer).toMatchObject({ text: 'a', finishReason: 'stop' })
  expect(answer).not.toHaveProperty('failure')
  expect(server.open()).toBe(1)
  await expect.poll(() => server.open()).toBe(0)
})
