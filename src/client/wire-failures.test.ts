import { readFileSync } from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import { join } from 'node:path'
import tls from 'node:tls'
import { expect, test } from 'vitest'
import { createClient } from './http-client.ts'
import { ask, askRaw, failure } from './testing/ask.ts'
import { completion, head, json, startRawServer } from './testing/raw-server.ts'

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
  expect(failure(await client.generate({ prompt: 'hi', maxTokens: 4 }, { timeoutMs: 100 }))).toBe('timeout')
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

test('a closed client answers `aborted`, it does not throw', async () => {
  await using server = await startRawServer((socket) => socket.write(json(completion('x'))))
  const client = await createClient({ dialect: 'openai', baseUrl: server.url, model: 'm' })
  await client.close()
  expect(failure(await client.generate({ prompt: 'hi', maxTokens: 4 }))).toBe('aborted')
})
