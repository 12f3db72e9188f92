import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { askRaw, failure } from './testing/ask.ts'
import { completion, head, http, json } from './testing/raw-server.ts'

test('a whole answer completes, with its text, usage, model and body', async () => {
  const generation = await askRaw((socket) => socket.write(json(completion('hello'))))
  expect(generation).toMatchObject({
    outcome: 'completed',
    text: 'hello',
    finishReason: 'stop',
    usage: { promptTokens: 2, completionTokens: 3, totalTokens: 5 },
    reported: { model: 'm' },
    json: completion('hello'),
    sent: { method: 'POST', headers: { 'accept-encoding': 'identity' } },
    received: { status: 200, hops: 0 },
  })
  expect(generation.timing.ttftMs).toBeUndefined()
  expect(generation.timing.chunkAtMs).toEqual([])
})

test('a body shorter than its content-length is `truncated-body`', async () => {
  for (const connection of ['keep-alive', 'close']) {
    const generation = await askRaw((socket) =>
      socket.end(http(200, JSON.stringify(completion('hello')), { connection, 'content-length': '5000' })),
    )
    expect(generation).toMatchObject({ failure: 'truncated-body', status: 200 })
  }
})

test('a chunked body without its last chunk is `truncated-body`, whatever it promised of the connection', async () => {
  for (const connection of ['keep-alive', 'close']) {
    const generation = await askRaw((socket) => {
      const body = JSON.stringify(completion('hello'))
      socket.write(
        head(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked', connection }),
      )
      socket.end(`${body.length.toString(16)}\r\n${body}\r\n`)
    })
    expect(failure(generation)).toBe('truncated-body')
  }
})

test('a content-length that cuts the JSON is `malformed-body`', async () => {
  const generation = await askRaw((socket) =>
    socket.end(http(200, JSON.stringify(completion('hello')), { 'content-length': '20' })),
  )
  expect(failure(generation)).toBe('malformed-body')
})

test('an encoding that was not asked for is refused before it is unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(20 * 2 ** 20))
  const generation = await askRaw((socket) =>
    socket.end(http(200, bomb, { 'content-type': 'application/json', 'content-encoding': 'gzip' })),
  )
  expect(failure(generation)).toBe('encoding-refused')
  const plain = await askRaw((socket) =>
    socket.end(
      http(200, JSON.stringify(completion('ok')), { 'content-encoding': 'identity', connection: 'close' }),
    ),
  )
  expect(failure(plain)).toBe('completed')
})

test('gzip bytes under no encoding are `malformed-body`', async () => {
  const generation = await askRaw((socket) =>
    socket.end(http(200, gzipSync(JSON.stringify(completion('x'))))),
  )
  expect(failure(generation)).toBe('malformed-body')
})

test('an endless body is `body-too-large`, and a body at the cap is not', async () => {
  const endless = await askRaw(
    (socket) => {
      socket.write(head(200, { 'content-type': 'application/json', connection: 'close' }))
      const timer = setInterval(() => socket.write(' '.repeat(10_000)), 1)
      socket.on('close', () => clearInterval(timer))
    },
    { maxBodyBytes: 50_000 },
  )
  expect(failure(endless)).toBe('body-too-large')
  const body = JSON.stringify(completion('fits'))
  const fits = await askRaw((socket) => socket.write(json(body)), { maxBodyBytes: body.length })
  expect(failure(fits)).toBe('completed')
})

test('invalid UTF-8, duplicate keys and numbers beyond a double are `malformed-body`', async () => {
  const invalid = Buffer.from(JSON.stringify(completion('h?llo')))
  invalid[invalid.indexOf('?')] = 0xff
  const bodies = [
    invalid,
    '{"choices":[{"index":0,"text":"a","text":"b","finish_reason":"stop"}]}',
    '{"choices":[{"index":0,"text":"a","finish_reason":"stop"}],"score":1e400}',
    '{"choices":[{"index":0,"text":"a","finish_reason":"stop"}],"score":NaN}',
    '',
    'null',
    '[]',
  ]
  for (const body of bodies)
    expect(failure(await askRaw((socket) => socket.write(http(200, body))))).toBe('malformed-body')
})

test('a byte order mark before the JSON is skipped', async () => {
  expect(
    failure(await askRaw((socket) => socket.write(json(`\uFEFF${JSON.stringify(completion('x'))}`)))),
  ).toBe('completed')
})

test('a wrong type, no choice and no finish reason are `malformed-body`; extra fields are fine', async () => {
  const choice = { index: 0, text: 'a', finish_reason: 'stop' }
  const wrong = [
    { choices: [{ ...choice, text: 5 }] },
    { choices: [{ ...choice, text: null }] },
    { choices: [{ ...choice, finish_reason: null }] },
    { choices: [] },
    { choices: [choice], usage: { prompt_tokens: '5' } },
  ]
  for (const body of wrong)
    expect(failure(await askRaw((socket) => socket.write(json(body))))).toBe('malformed-body')
  const more = { choices: [{ ...choice, logprobs: null, stop_reason: 7 }], kv_transfer_params: null }
  expect(failure(await askRaw((socket) => socket.write(json(more))))).toBe('completed')
})

test('of several choices the first by index is the answer', async () => {
  const choices = [
    { index: 1, text: 'second', finish_reason: 'stop' },
    { index: 0, text: 'first', finish_reason: 'length' },
  ]
  expect(await askRaw((socket) => socket.write(json({ choices })))).toMatchObject({
    text: 'first',
    finishReason: 'length',
  })
})

test('an error inside a 200 is `service-error` with its message', async () => {
  const envelope = { error: { message: 'engine died', type: 'InternalServerError', param: null, code: 500 } }
  expect(await askRaw((socket) => socket.write(json(envelope)))).toMatchObject({
    failure: 'service-error',
    message: 'engine died',
    status: 200,
    error: envelope.error,
  })
  for (const reason of ['error', 'abort'])
    expect(await askRaw((socket) => socket.write(json(completion('', reason))))).toMatchObject({
      failure: 'service-error',
      message: expect.stringContaining(reason),
    })
})

test('a status that is no success is `http-status` with the envelope, in each spelling of it', async () => {
  const bodies: [string, string][] = [
    ['{"error":{"message":"bad temperature","param":"temperature","code":400}}', 'bad temperature'],
    ['{"error":"Unauthorized"}', 'Unauthorized'],
    ['{"object":"error","message":"old"}', 'old'],
    ['{"detail":"Not Found"}', 'Not Found'],
  ]
  for (const [body, message] of bodies)
    expect(await askRaw((socket) => socket.write(json(body, 400)))).toMatchObject({
      failure: 'http-status',
      status: 400,
      error: { message },
    })
  const edge = await askRaw((socket) =>
    socket.write(http(401, 'modal-http: missing credentials for proxy authorization')),
  )
  expect(edge).toMatchObject({ failure: 'http-status', status: 401, message: 'HTTP 401' })
  expect(edge).not.toHaveProperty('error')
})
