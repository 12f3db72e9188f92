import { readFileSync } from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import { join } from 'node:path'
import tls from 'node:tls'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { Generation } from '../records/index.ts'
import { type CallOptions, type ClientOptions, createClient } from './client.ts'
import { completion, head, http, json, startRawServer } from './testing/raw-server.ts'

const PROMPT = { prompt: 'hi', maxTokens: 4 }

async function ask(baseUrl: string, options?: ClientOptions, call?: CallOptions): Promise<Generation> {
  await using client = await createClient({ dialect: 'openai', baseUrl, model: 'm' }, options)
  return await client.generate(PROMPT, call)
}

async function askRaw(
  write: (socket: net.Socket) => void,
  options?: ClientOptions,
  call?: CallOptions,
): Promise<Generation> {
  await using server = await startRawServer(write)
  return await ask(server.url, options, call)
}

const failure = (generation: Generation): string =>
  generation.outcome === 'failed' ? generation.failure : generation.outcome

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

test('a port that nobody listens on is `connect`', async () => {
  const server = net.createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.on('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  const generation = await ask(`http://127.0.0.1:${port}`)
  expect(generation).toMatchObject({ failure: 'connect', message: expect.stringContaining('ECONNREFUSED') })
  expect(generation.received).toBeUndefined()
})

test('a host that no resolver can hold is `dns`', async () => {
  // A label of 64 characters is refused by the resolver itself, so no name server is asked.
  expect(failure(await ask(`http://${'x'.repeat(64)}.invalid`))).toBe('dns')
})

test('a certificate that nobody signed is `tls`', async () => {
  const pem = readFileSync(join(import.meta.dirname, 'testing/self-signed.pem'))
  const server = tls.createServer({ key: pem, cert: pem }, (socket) => socket.end(json(completion('x'))))
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  expect(failure(await ask(`https://127.0.0.1:${port}`))).toBe('tls')
  await new Promise((resolve) => server.close(resolve))
})

test('TLS asked of a server that speaks plain HTTP is `tls`', async () => {
  const server = net.createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  expect(failure(await ask(`https://127.0.0.1:${(server.address() as AddressInfo).port}`))).toBe('tls')
  await new Promise((resolve) => server.close(resolve))
})

test('a reset before any answer, and one in the middle of a body, are `reset`', async () => {
  expect(failure(await askRaw((socket) => socket.resetAndDestroy()))).toBe('reset')
  const middle = await askRaw((socket) => {
    socket.write(head(200, { 'content-type': 'application/json', 'content-length': '500' }))
    socket.write('{"choices"')
    setTimeout(() => socket.resetAndDestroy(), 30)
  })
  expect(middle).toMatchObject({ failure: 'reset', status: 200 })
})

test('a connection closed without an answer is `reset`', async () => {
  expect(failure(await askRaw((socket) => socket.end()))).toBe('reset')
})

test('garbage instead of HTTP is `malformed-response`', async () => {
  expect(failure(await askRaw((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n\r\n')))).toBe(
    'malformed-response',
  )
})

test('a broken chunk size is `malformed-response`', async () => {
  const generation = await askRaw((socket) => {
    socket.write(head(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' }))
    socket.end('zz\r\nhello\r\n')
  })
  expect(failure(generation)).toBe('malformed-response')
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

test('a flood of headers is `headers-too-large`', async () => {
  const generation = await askRaw((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n')
    for (let i = 0; i < 2_000; i++) socket.write(`x-flood-${i}: ${'y'.repeat(60)}\r\n`)
  })
  expect(failure(generation)).toBe('headers-too-large')
})

test('a single endless header is `headers-too-large`', async () => {
  const generation = await askRaw((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`)
  })
  expect(failure(generation)).toBe('headers-too-large')
})

test('one byte each 300 ms does not evade the deadline', async () => {
  const generation = await askRaw(
    (socket) => {
      socket.write(head(200, { 'content-type': 'application/json', 'content-length': '1000' }))
      const timer = setInterval(() => socket.write(' '), 300)
      socket.on('close', () => clearInterval(timer))
    },
    {},
    { timeoutMs: 800 },
  )
  expect(generation).toMatchObject({ failure: 'timeout', status: 200 })
  expect(generation.timing.reads).toBeGreaterThanOrEqual(2)
  expect(generation.timing.e2eMs).toBeGreaterThan(750)
  // The server never stops; the limit is for a busy machine.
  expect(generation.timing.e2eMs).toBeLessThan(10_000)
})

test('a server that never sends headers is `timeout`, and its connection is given up', async () => {
  await using server = await startRawServer(() => {})
  await using client = await createClient({ dialect: 'openai', baseUrl: server.url, model: 'm' })
  expect(failure(await client.generate(PROMPT, { timeoutMs: 100 }))).toBe('timeout')
  await expect.poll(() => server.open(), { timeout: 10_000 }).toBe(0)
})

test('a handshake that never comes ends at the deadline as `timeout`, at its own limit as `connect`', async () => {
  const server = net.createServer((socket) => socket.on('error', () => {}))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const late = await ask(url, { connectTimeoutMs: 30_000 }, { timeoutMs: 100 })
  expect(failure(late)).toBe('timeout')
  expect(late.timing.e2eMs).toBeLessThan(10_000)
  expect(failure(await ask(url, { connectTimeoutMs: 100 }, { timeoutMs: 30_000 }))).toBe('connect')
  server.close()
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

test('a closed client answers `aborted`, it does not throw', async () => {
  await using server = await startRawServer((socket) => socket.write(json(completion('x'))))
  const client = await createClient({ dialect: 'openai', baseUrl: server.url, model: 'm' })
  await client.close()
  expect(failure(await client.generate(PROMPT))).toBe('aborted')
})
