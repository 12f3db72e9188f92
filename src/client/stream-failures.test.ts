import { expect, test } from 'vitest'
import { failure } from './testing/ask.ts'
import { askStream, atOnce, type Write } from './testing/ask-stream.ts'
import { DONE, delta, event, head, http, json, STREAM_HEAD } from './testing/raw-server.ts'

test('a close-delimited stream that is cut is `truncated-stream`, with what it had delivered', async () => {
  const cut = await askStream(atOnce(delta('half an ans')))
  expect(cut).toMatchObject({
    failure: 'truncated-stream',
    message: expect.stringContaining('finish reason'),
    text: 'half an ans',
    stream: { events: 1, finishReasons: 0, sawDone: false },
  })
  const noDone = await askStream(atOnce(delta('whole', 'stop')))
  expect(noDone).toMatchObject({ failure: 'truncated-stream', message: expect.stringContaining('[DONE]') })
  const noFinish = await askStream(atOnce(delta('text'), DONE))
  expect(noFinish).toMatchObject({ failure: 'truncated-stream', stream: { sawDone: true } })
  expect(failure(await askStream(atOnce()))).toBe('truncated-stream')
})

test('a chunked stream cut by the end of the connection is `truncated-stream`, by a reset `reset`', async () => {
  const begin: Write = (socket) => {
    const text = delta('a')
    socket.write(head(200, { 'content-type': 'text/event-stream', 'transfer-encoding': 'chunked' }))
    socket.write(`${text.length.toString(16)}\r\n${text}\r\n`)
  }
  const ended = await askStream((socket, ...rest) => {
    begin(socket, ...rest)
    socket.end()
  })
  expect(ended).toMatchObject({ failure: 'truncated-stream', text: 'a' })
  const reset = await askStream((socket, ...rest) => {
    begin(socket, ...rest)
    setTimeout(() => socket.resetAndDestroy(), 30)
  })
  expect(reset).toMatchObject({ failure: 'reset', text: 'a' })
})

test('an error event is `service-error` even when [DONE] or a good finish follows it', async () => {
  const error = { message: 'engine dead', type: 'InternalServerError', param: null, code: 500 }
  for (const rest of [DONE, delta('', 'stop') + DONE, '']) {
    expect(await askStream(atOnce(delta('a'), event({ error }), rest))).toMatchObject({
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
    expect(failure(await askStream(atOnce(delta('a'), delta('', reason), DONE)))).toBe('service-error')
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
    event({ choices: [{ index: 0, text: 'a', finish_reason: 7 }] }),
    event({ text: 'another wire' }),
    event('null'),
  ]
  for (const piece of bad)
    expect(await askStream(atOnce(delta('a'), piece, delta('b', 'stop'), DONE))).toMatchObject({
      failure: 'malformed-stream',
      text: 'a',
      message: expect.stringMatching(/event 2|UTF-8/),
    })
})

test('a character cut by the end of the stream is `malformed-stream`', async () => {
  const generation = await askStream(atOnce(delta('a', 'stop'), DONE, Buffer.from([0xe2, 0x82])))
  expect(failure(generation)).toBe('malformed-stream')
})

test('an event that never ends is cut off at its cap', async () => {
  const generation = await askStream(
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
  const late = await askStream(endless, { timeoutMs: 1_500 })
  expect(late).toMatchObject({ failure: 'timeout', text: expect.stringMatching(/^x+$/) })
  const large = await askStream(endless, { client: { maxBodyBytes: 500 } })
  expect(large).toMatchObject({ failure: 'body-too-large', text: expect.stringMatching(/^x+$/) })
})

test('an answer that is no stream: an error body is the service`s word, the rest `malformed-stream`', async () => {
  expect(
    await askStream((socket) => socket.write(json({ error: { message: 'no streams today' } }))),
  ).toMatchObject({
    failure: 'service-error',
    message: 'no streams today',
  })
  const whole = { choices: [{ index: 0, text: 'a', finish_reason: 'stop' }] }
  expect(failure(await askStream((socket) => socket.write(json(whole))))).toBe('malformed-stream')
  expect(await askStream((socket) => socket.write(http(503, '')))).toMatchObject({
    failure: 'http-status',
    status: 503,
  })
})

test('what a body says outside of its events is quoted: a bare error is the service`s own word on its stream', async () => {
  const error = JSON.stringify({ error: { message: 'temperature must be at least 0', code: 400 } }, null, 2)
  for (const pieces of [[error], [`${error}\n\n`], [delta('a'), error], ['\uFEFF', error]])
    expect(await askStream(atOnce(...pieces))).toMatchObject({
      failure: 'truncated-stream',
      message: expect.stringContaining('says: temperature must be at least 0'),
      error: { code: 400 },
    })
  expect(await askStream(atOnce('Internal Server Error'))).toMatchObject({
    message: expect.stringContaining('says: Internal Server Error'),
  })
  // A field's name that was cut, a comment and a mark of the byte order are no words.
  for (const piece of ['dat', ': ping\n\n', '\uFEFFdata', '\uFEFF: ping\n\n'])
    expect(await askStream(atOnce(piece))).toMatchObject({
      message: 'the stream ended without a finish reason',
    })
})
