import { expect, test } from 'vitest'
import type { Generation, GenerationRequest } from '../records/index.ts'
import { type CallOptions, type ClientOptions, createClient } from './client.ts'
import { DONE, delta, event, head, http, json, STREAM_HEAD, startRawServer } from './testing/raw-server.ts'

const PROMPT: GenerationRequest = { prompt: 'hi', maxTokens: 4, stream: true }

type Write = Parameters<typeof startRawServer>[0]

async function ask(
  write: Write,
  call: CallOptions & { request?: Partial<GenerationRequest>; client?: ClientOptions } = {},
): Promise<Generation> {
  await using server = await startRawServer(write)
  await using client = await createClient({ dialect: 'openai', baseUrl: server.url, model: 'm' }, call.client)
  return await client.generate({ ...PROMPT, ...call.request }, call)
}

/** Writes the pieces apart in time, so that each is a read of its own, and closes. */
const inPieces =
  (...pieces: (string | Buffer)[]): Write =>
  async (socket) => {
    socket.write(STREAM_HEAD)
    for (const piece of pieces) {
      await new Promise((resolve) => setTimeout(resolve, 15))
      socket.write(piece)
    }
    socket.end()
  }

const atOnce =
  (...pieces: (string | Buffer)[]): Write =>
  (socket) => {
    socket.write(Buffer.concat([STREAM_HEAD, ...pieces.map((piece) => Buffer.from(piece))]))
    socket.end()
  }

const failure = (generation: Generation): string =>
  generation.outcome === 'failed' ? generation.failure : generation.outcome

test('a whole stream completes with its text, shape and usage', async () => {
  const usage = event({
    choices: [],
    usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
  })
  const generation = await ask(atOnce(delta('one '), delta('two', 'stop'), usage, DONE), {
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
    },
  })
  expect(JSON.parse(generation.sent.body ?? '')).toMatchObject({
    stream: true,
    stream_options: { include_usage: true },
  })
})

test('first token and chunks are stamped in order, and the first token is the first delta with text', async () => {
  const generation = await ask(inPieces(delta(''), delta('a'), delta('b'), delta('c', 'stop') + DONE))
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
  const generation = await ask((socket) => {
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
  const generation = await ask(inPieces(delta('a'), delta('b', 'stop') + DONE), {
    onDelta: (text, atMs) => seen.push([text, atMs]),
  })
  expect(seen.map(([text]) => text)).toEqual(['a', 'b'])
  expect(seen.map(([, atMs]) => atMs)).toEqual(generation.timing.chunkAtMs)
})

test('what a caller throws while it is handed a delta is thrown on, not blamed on the service', async () => {
  const asking = ask(atOnce(delta('a', 'stop'), DONE), {
    onDelta: () => {
      throw new RangeError('mine')
    },
  })
  await expect(asking).rejects.toThrow(new RangeError('mine'))
})

test('a close-delimited stream that is cut is `truncated-stream`, with what it had delivered', async () => {
  const cut = await ask(atOnce(delta('half an ans')))
  expect(cut).toMatchObject({
    failure: 'truncated-stream',
    message: expect.stringContaining('finish reason'),
    text: 'half an ans',
    stream: { events: 1, finishReasons: 0, sawDone: false },
  })
  const noDone = await ask(atOnce(delta('whole', 'stop')))
  expect(noDone).toMatchObject({ failure: 'truncated-stream', message: expect.stringContaining('[DONE]') })
  const noFinish = await ask(atOnce(delta('text'), DONE))
  expect(noFinish).toMatchObject({ failure: 'truncated-stream', stream: { sawDone: true } })
  expect(failure(await ask(atOnce()))).toBe('truncated-stream')
})

test('a chunked stream cut by the end of the connection is `truncated-stream`, by a reset `reset`', async () => {
  const begin: Write = (socket) => {
    const text = delta('a')
    socket.write(head(200, { 'content-type': 'text/event-stream', 'transfer-encoding': 'chunked' }))
    socket.write(`${text.length.toString(16)}\r\n${text}\r\n`)
  }
  const ended = await ask((socket, ...rest) => {
    begin(socket, ...rest)
    socket.end()
  })
  expect(ended).toMatchObject({ failure: 'truncated-stream', text: 'a' })
  const reset = await ask((socket, ...rest) => {
    begin(socket, ...rest)
    setTimeout(() => socket.resetAndDestroy(), 30)
  })
  expect(reset).toMatchObject({ failure: 'reset', text: 'a' })
})

test('an error event is `service-error` even when [DONE] or a good finish follows it', async () => {
  const error = { message: 'engine dead', type: 'InternalServerError', param: null, code: 500 }
  for (const rest of [DONE, delta('', 'stop') + DONE, '']) {
    expect(await ask(atOnce(delta('a'), event({ error }), rest))).toMatchObject({
      failure: 'service-error',
      message: 'engine dead',
      error,
      status: 200,
      text: 'a',
      stream: { sawErrorEvent: true },
    })
  }
})

test('a finish reason that says failure is `service-error`', async () => {
  for (const reason of ['error', 'abort'])
    expect(failure(await ask(atOnce(delta('a'), delta('', reason), DONE)))).toBe('service-error')
})

test('events after [DONE] are counted, not lost', async () => {
  expect(await ask(atOnce(delta('a', 'stop'), DONE, delta('more')))).toMatchObject({
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
  expect(await ask(atOnce('\uFEFF', noise, ': ping\n\n', delta('b', 'stop'), DONE))).toMatchObject({
    outcome: 'completed',
    text: 'ab',
    stream: { events: 3 },
  })
})

test('an event over several data lines is one event', async () => {
  const lines = 'data: {"choices":[{"index":0,\ndata: "text":"a","finish_reason":"stop"}]}\n\n'
  expect(await ask(atOnce(lines, DONE))).toMatchObject({ outcome: 'completed', text: 'a' })
})

test('events that break the contract are `malformed-stream`, naming the event', async () => {
  const invalid = Buffer.from(delta('h?llo'))
  invalid[invalid.indexOf('?')] = 0xff
  const bad = [
    invalid,
    event('{"choices":'),
    event('{"choices":[],"choices":[]}'),
    event('{"choices":[],"score":1e400}'),
    event('{"choices":[],"score":NaN}'),
    event({ choices: [{ index: 0, text: 7, finish_reason: null }] }),
    event({ choices: {} }),
    event('null'),
  ]
  for (const piece of bad)
    expect(await ask(atOnce(delta('a'), piece, delta('b', 'stop'), DONE))).toMatchObject({
      failure: 'malformed-stream',
      text: 'a',
      message: expect.stringMatching(/event 2|UTF-8/),
    })
})

test('a character cut by the end of the stream is `malformed-stream`', async () => {
  const generation = await ask(atOnce(delta('a', 'stop'), DONE, Buffer.from([0xe2, 0x82])))
  expect(failure(generation)).toBe('malformed-stream')
})

test('an event that never ends is cut off at its cap', async () => {
  const generation = await ask(
    (socket) => {
      socket.write(Buffer.concat([STREAM_HEAD, Buffer.from('data: ')]))
      const timer = setInterval(() => socket.write('x'.repeat(10_000)), 1)
      socket.on('close', () => clearInterval(timer))
    },
    { client: { maxEventChars: 50_000 } },
  )
  expect(failure(generation)).toBe('malformed-stream')
})

test('an endless stream ends at the deadline or at the byte cap, with its text', async () => {
  const endless: Write = (socket) => {
    socket.write(STREAM_HEAD)
    const timer = setInterval(() => socket.write(delta('x')), 5)
    socket.on('close', () => clearInterval(timer))
  }
  const late = await ask(endless, { timeoutMs: 150 })
  expect(late).toMatchObject({ failure: 'timeout', text: expect.stringMatching(/^x+$/) })
  const large = await ask(endless, { client: { maxBodyBytes: 500 } })
  expect(large).toMatchObject({ failure: 'body-too-large', text: expect.stringMatching(/^x+$/) })
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

test('an answer that is no stream: an error body is the service`s word, the rest `malformed-stream`', async () => {
  expect(await ask((socket) => socket.write(json({ error: { message: 'no streams today' } })))).toMatchObject(
    {
      failure: 'service-error',
      message: 'no streams today',
    },
  )
  const whole = { choices: [{ index: 0, text: 'a', finish_reason: 'stop' }] }
  expect(failure(await ask((socket) => socket.write(json(whole))))).toBe('malformed-stream')
  expect(await ask((socket) => socket.write(http(503, '')))).toMatchObject({
    failure: 'http-status',
    status: 503,
  })
})

test('a streamed chat gives content and reasoning, and its role-only first chunk is no token', async () => {
  const chat = (delta: object, finish: string | null = null) =>
    event({ choices: [{ index: 0, delta, finish_reason: finish }] })
  const generation = await ask(
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
  const generation = await ask(atOnce(delta('a'.repeat(9_000)), delta('b', 'stop'), DONE), {
    client: { evidenceBytes: 1_000 },
  })
  expect(generation.received?.body).toHaveLength(1_000)
  expect(generation.received?.bodyBytes).toBeGreaterThan(9_000)
})
