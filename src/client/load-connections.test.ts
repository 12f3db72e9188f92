import { afterEach, expect, test, vi } from 'vitest'
import { openLoadClient } from './load-client.ts'
import { PROMPT, type Write } from './testing/ask-stream.ts'
import { loadFrom } from './testing/load.ts'
import { pem, startPrivateService, startProxy } from './testing/private-service.ts'
import { completion, http, json, type RawServer, startRawServer } from './testing/raw-server.ts'

afterEach(() => void vi.unstubAllEnvs())

const WHOLE = { ...PROMPT, stream: false }
const hello: Write = (socket) => void socket.write(json(completion('hello')))
/** Answers, and ends the connection a moment later, as if nobody could use it meanwhile. */
const thenEnds: Write = (socket) => {
  socket.write(json(completion('hello')))
  setTimeout(() => socket.end(), 2)
}

const opened = ({ url }: RawServer) => openLoadClient({ dialect: 'openai', baseUrl: url, model: 'm' })

test('a connection is used again while it is open; only the request that made it tells how long that took', async () => {
  await using server = await startRawServer(hello)
  await using client = await opened(server)
  const request = client.prepare(WHOLE)
  const first = await client.send(request)
  expect(first.connection).toEqual({ connectMs: expect.any(Number) })
  expect(first.headersMs).toBeGreaterThanOrEqual(first.connection?.connectMs ?? Infinity)
  for (let again = 0; again < 3; again++) expect(await client.send(request)).not.toHaveProperty('connection')
  expect(server.open()).toBe(1)
})

test('as many connections are open as requests are in flight', async () => {
  await using server = await startRawServer(() => {})
  await using client = await opened(server)
  const request = client.prepare(WHOLE)
  for (let place = 0; place < 20; place++) void client.send(request)
  await expect.poll(() => server.requests.length).toBe(20)
  expect(server.open()).toBe(20)
})

test('a host by name has the time of its look-up', async () => {
  await using server = await startRawServer(hello)
  const answer = await loadFrom(`http://localhost:${server.port}`, { request: { stream: false } })
  expect(answer.text).toBe('hello')
  expect(answer.connection).toMatchObject({ dnsMs: expect.any(Number), connectMs: expect.any(Number) })
})

test('a service that closes after each answer gets a connection for each', async () => {
  await using server = await startRawServer((socket) => {
    socket.end(http(200, JSON.stringify(completion('hello')), { connection: 'close' }))
  })
  await using client = await opened(server)
  for (let time = 0; time < 3; time++) {
    const { text, connection } = await client.send(client.prepare(WHOLE))
    expect([text, connection]).toEqual(['hello', { connectMs: expect.any(Number) }])
  }
})

test('a service that closed a connection in the meantime gets another, and no request fails', async () => {
  await using server = await startRawServer((socket) => {
    socket.write(json(completion('hello')))
    setTimeout(() => socket.end(), 20)
  })
  await using client = await opened(server)
  for (let time = 0; time < 3; time++) {
    expect(await client.send(client.prepare(WHOLE))).toMatchObject({ text: 'hello' })
    await expect.poll(() => server.open()).toBe(0)
  }
})

test('a head and a body that come in pieces are whole, and the reads of the body are counted', async () => {
  await using server = await startRawServer(async (socket) => {
    const bytes = json(completion('hello'))
    const body = bytes.indexOf('\r\n\r\n') + 4
    for (const [start, end] of [
      [0, 20],
      [20, body],
      [body, body + 9],
      [body + 9, undefined],
    ]) {
      socket.write(bytes.subarray(start, end))
      await new Promise((resolve) => setTimeout(resolve, 15))
    }
  })
  const answer = await loadFrom(server.url, { request: { stream: false } })
  expect(answer).toMatchObject({ text: 'hello', reads: 2 })
  expect(answer.firstByteMs).toBeGreaterThan(answer.headersMs ?? Infinity)
})

test('a service by TLS is asked with the certificates of its target, and the handshake has its time', async () => {
  await using service = await startPrivateService({ asksForClient: true })
  const url = `https://127.0.0.1:${service.port}`
  const tls = { ca: pem('authority'), cert: pem('client'), key: pem('client') }
  const answer = await loadFrom(url, { request: { stream: false }, address: { tls } })
  expect(answer).toMatchObject({ text: 'hello', reads: 1 })
  expect(answer.connection).toEqual({ connectMs: expect.any(Number), tlsMs: expect.any(Number) })
  expect(await loadFrom(url, { request: { stream: false } })).toMatchObject({ failure: 'tls' })
})

test('a proxy that stands between is asked for the host', async () => {
  await using service = await startPrivateService()
  await using proxy = await startProxy()
  vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${proxy.port}`)
  const answer = await loadFrom(`https://service.test:${service.port}`, {
    ...{ request: { stream: false }, address: { tls: { ca: pem('authority') } } },
  })
  expect(answer).toMatchObject({ text: 'hello', reads: 1 })
  expect(proxy.asked).toEqual([`service.test:${service.port}`])
})

test('nobody there is `connect`', async () => {
  expect(await loadFrom('http://127.0.0.1:9')).toMatchObject({
    ...{ failure: 'connect', text: '', chunkAtMs: [], reads: 0 },
    message: expect.stringContaining('ECONNREFUSED'),
  })
})

test('a service that ends connections unannounced gets a new one for each request of a load', async () => {
  await using server = await startRawServer(thenEnds)
  await using client = await opened(server)
  const request = client.prepare(WHOLE)
  for (let connection = 1; connection <= 2; connection++) {
    await client.send(request)
    await expect.poll(() => server.open()).toBe(0)
  }
  for (let again = 0; again < 20; again++)
    expect(await client.send(request)).toMatchObject({ text: 'hello', connection: {} })
  expect(server.requests.slice(2).every(({ head }) => /^connection: close$/im.test(head))).toBe(true)
})
