import { expect, test } from 'vitest'
import { createClient } from './http-client.ts'
import { failure } from './testing/ask.ts'
import { askStream, atOnce, inPieces, PROMPT } from './testing/ask-stream.ts'
import { DONE, delta, event, head, STREAM_HEAD, startRawServer } from './testing/raw-server.ts'

test('a whole stream completes with its text, shape and usage', async () => {
  const usage = event({
    choices: [],
    usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
  })
  const generation = await askStream(atOnce(delta('one '), delta('two', 'stop'), usage, DONE), {
    request: { includeUsage: true },
  })
  expect(generation).toMatchObject({
    outcome: 'completed',
    text: 'one two',
    finishReason: 'stop',
    usage: { totalTokens: 3 },
    stream: {
      events: 4,
      contentEvents: 2,
      finishReasons: 1,
      sawDone: true,
      eventsAfterDone: 0,
      sawErrorEvent: false,
      usageEvents: 1,
      brokenDeltas: 0,
    },
  })
  expect(JSON.parse(generation.sent.body ?? '')).toMatchObject({
    stream: true,
    stream_options: { include_usage: true },
  })
})

test('first token and chunks are stamped in order, and the first token is the first delta with text', async () => {
  const generation = await askStream(inPieces(delta(''), delta('a'), delta('b'), delta('c', 'stop') + DONE))
  const { firstByteMs = NaN, ttftMs = NaN, e2eMs, chunkAtMs, reads } = generation.timing
  expect(chunkAtMs).toHaveLength(3)
  expect(chunkAtMs).toEqual(chunkAtMs.toSorted((a, b) => a - b))
  expect(ttftMs).toBe(chunkAtMs[0])
  // Two pauses of 15 ms lie between the head and the first text; on a busy machine the head is read one of them late.
  expect(ttftMs - firstByteMs).toBeGreaterThanOrEqual(10)
  expect(e2eMs).toBeGreaterThanOrEqual(chunkAtMs[2] ?? Infinity)
  expect(reads).toBe(4)
})

test('a stream that something buffered is one read, however many chunks it is framed in', async () => {
  const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
  const generation = await askStream((socket) => {
    const framed = [delta('a'), delta('b'), delta('c', 'stop'), DONE].map(chunk).join('')
    socket.write(
      Buffer.concat([
        head(200, { 'content-type': 'text/event-stream', 'transfer-encoding': 'chunked' }),
        Buffer.from(`${framed}0\r\n\r\n`),
      ]),
    )
  })
  expect(generation).toMatchObject({ outcome: 'completed', timing: { reads: 1 } })
  expect(generation.timing.chunkAtMs).toHaveLength(3)
})

test('each delta is handed over as it comes, with the offset that is kept', async () => {
  const seen: [string, number][] = []
  const generation = await askStream(inPieces(delta('a'), delta('b', 'stop') + DONE), {
    onDelta: (text, atMs) => seen.push([text, atMs]),
  })
  expect(seen.map(([text]) => text)).toEqual(['a', 'b'])
  expect(seen.map(([, atMs]) => atMs)).toEqual(generation.timing.chunkAtMs)
})

test('what a caller throws while it is handed a delta is thrown on, not blamed on the service', async () => {
  const asking = askStream(atOnce(delta('a', 'stop'), DONE), {
    onDelta: () => {
      throw new RangeError('mine')
    },
  })
  await expect(asking).rejects.toThrow(new RangeError('mine'))
})

test('events after [DONE] are counted, not lost', async () => {
  expect(await askStream(atOnce(delta('a', 'stop'), DONE, delta('more')))).toMatchObject({
    outcome: 'completed',
    stream: { eventsAfterDone: 1 },
  })
})

test('events split at every byte boundary come out whole, multibyte characters too', async () => {
  const bytes = Buffer.from(delta('héé€') + delta('𝛑🙂', 'stop') + DONE)
  for (const end of ['\n', '\r\n', '\r']) {
    const wire = Buffer.from(bytes.toString().replaceAll('\n', end))
    await using server = await startRawServer(async (socket, { body }) => {
      const at = Number(JSON.parse(body).seed)
      socket.write(Buffer.concat([STREAM_HEAD, wire.subarray(0, at)]))
      await new Promise((resolve) => setTimeout(resolve, 1))
      socket.end(wire.subarray(at))
    })
    await using client = await createClient({ dialect: 'openai', baseUrl: server.url, model: 'm' })
    const cuts = Array.from({ length: wire.length + 1 }, (_, at) => at)
    const texts = await Promise.all(
      cuts.map(async (seed) => {
        const generation = await client.generate({ ...PROMPT, seed })
        return generation.outcome === 'completed' ? generation.text : generation.message
      }),
    )
    expect(new Set(texts)).toEqual(new Set(['héé€𝛑🙂']))
  }
})

test('comments, keep-alives, other fields and a byte order mark do no harm', async () => {
  const noise = `: ping\n\n:\n\nretry: 10\nid: 7\nevent: message\n${delta('a')}`
  expect(await askStream(atOnce('\uFEFF', noise, ': ping\n\n', delta('b', 'stop'), DONE))).toMatchObject({
    outcome: 'completed',
    text: 'ab',
    stream: { events: 3 },
  })
})

test('an event over several data lines is one event', async () => {
  const lines = 'data: {"choices":[{"index":0,\ndata: "text":"a","finish_reason":"stop"}]}\n\n'
  expect(await askStream(atOnce(lines, DONE))).toMatchObject({ outcome: 'completed', text: 'a' })
})

test('the caller can leave in the middle: `aborted`, the text so far, and the connection closed', async () => {
  await using server = await startRawServer((socket) => {
    socket.write(Buffer.concat([STREAM_HEAD, Buffer.from(delta('so far'))]))
  })
  await using client = await createClient({ dialect: 'openai', baseUrl: server.url, model: 'm' })
  const controller = new AbortController()
  const generation = await client.generate(PROMPT, {
    signal: controller.signal,
    onDelta: () => controller.abort(),
  })
  expect(generation).toMatchObject({ failure: 'aborted', text: 'so far', status: 200 })
  await expect.poll(() => server.open()).toBe(0)
  expect(failure(await client.generate(PROMPT, { signal: AbortSignal.abort() }))).toBe('aborted')
})

test('a streamed chat gives content and reasoning, and its role-only first chunk is no token', async () => {
  const chat = (delta: object, finish: string | null = null) =>
    event({ choices: [{ index: 0, delta, finish_reason: finish }] })
  const generation = await askStream(
    atOnce(
      chat({ role: 'assistant', content: '' }),
      chat({ reasoning_content: 'hm' }),
      chat({ content: 'yes' }),
      chat({}, 'stop'),
      DONE,
    ),
    { request: { route: 'chat' } },
  )
  expect(generation).toMatchObject({
    outcome: 'completed',
    text: 'yes',
    reasoning: 'hm',
    stream: { contentEvents: 2, events: 5 },
  })
})

test('what is kept of a stream is bounded, what is counted is not', async () => {
  const generation = await askStream(atOnce(delta('a'.repeat(9_000)), delta('b', 'stop'), DONE), {
    client: { evidenceBytes: 1_000 },
  })
  expect(generation.received?.body).toHaveLength(1_000)
  expect(generation.received?.bodyBytes).toBeGreaterThan(9_000)
})
