import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ServiceAddress } from '../records/index.ts'
import { createClient } from './http-client.ts'
import { loadFrom } from './testing/load.ts'
import { completion, http, json, startRawServer } from './testing/raw-server.ts'

const KEY = 'wk-do-not-tell'
const PROMPT = { prompt: 'hi', maxTokens: 4 }
const WHOLE = { stream: false }
let folder = ''
let keyFile = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'infergate-client-'))
  keyFile = join(folder, 'key')
  writeFileSync(keyFile, `${KEY}\n`)
})

afterAll(() => rm(folder, { recursive: true }))

const withKey = (url: string, more?: Partial<ServiceAddress>): ServiceAddress => ({
  dialect: 'openai',
  baseUrl: url,
  model: 'm',
  secretHeaders: [
    { name: 'Authorization', source: { file: keyFile }, prefix: 'Bearer ' },
    { name: 'Modal-Key', source: { file: keyFile } },
  ],
  ...more,
})

test('a 303 to the same origin is followed as GET, without the body, with the secrets', async () => {
  await using server = await startRawServer((socket, _, index) =>
    socket.write(
      index < 2
        ? http(303, 'wait', { location: index === 0 ? '/?result=1' : `${server.url}/?result=2` })
        : json(completion('at last')),
    ),
  )
  await using client = await createClient(withKey(server.url))
  expect(await client.generate(PROMPT)).toMatchObject({
    outcome: 'completed',
    text: 'at last',
    received: { hops: 2, status: 200 },
  })
  const [first, second, third] = server.requests
  expect(first?.head).toMatch(/^POST \/v1\/completions /)
  expect(second?.head).toMatch(/^GET \/\?result=1 /)
  expect(third?.head).toMatch(/^GET \/\?result=2 /)
  for (const request of [second, third]) {
    expect(request?.body).toBe('')
    expect(request?.head).toContain(`Bearer ${KEY}`)
    expect(request?.head).not.toMatch(/content-(type|length)/i)
  }
})

test('each hop has its time, also for the client of a load, which opens its connection once', async () => {
  const service = () =>
    startRawServer((socket, _, index) =>
      socket.write(
        index < 2 ? http(303, '', { location: `/?result=${index}` }) : json(completion('at last')),
      ),
    )
  await using checked = await service()
  await using client = await createClient(withKey(checked.url))
  const { timing } = await client.generate(PROMPT)
  await using loaded = await service()
  const answer = await loadFrom(loaded.url, { request: WHOLE })
  expect(answer).toMatchObject({ text: 'at last', connection: { connectMs: expect.any(Number) } })
  for (const { hopAtMs = [], e2eMs } of [timing, answer]) {
    const times = [0, ...hopAtMs, e2eMs]
    expect(times).toHaveLength(4)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  }
  await using direct = await startRawServer((socket) => socket.write(json(completion('now'))))
  expect((await loadFrom(direct.url, { request: WHOLE })).hopAtMs).toBeUndefined()
})

test('the client of a load takes its secrets along a redirect, and to no other host', async () => {
  await using other = await startRawServer((socket) => socket.write(json(completion('stolen'))))
  await using away = await startRawServer((socket) =>
    socket.write(http(303, '', { location: `${other.url}/v1/completions` })),
  )
  expect(await loadFrom(away.url, { address: withKey(away.url) })).toMatchObject({
    failure: 'redirect-refused',
  })
  expect(other.requests).toHaveLength(0)
  await using same = await startRawServer((socket, _, index) =>
    socket.write(index === 0 ? http(303, '', { location: '/?result=1' }) : json(completion('x'))),
  )
  expect(await loadFrom(same.url, { address: withKey(same.url), request: WHOLE })).toMatchObject({
    text: 'x',
  })
  expect(same.requests[1]?.head).toMatch(/^GET /)
  expect(same.requests[1]?.head).toContain(`modal-key: ${KEY}`)
  expect(same.requests[1]?.head).not.toMatch(/content-(type|length)/i)
})

test('20 hops are followed, the 21st is refused', async () => {
  for (const [hops, outcome] of [
    [20, 'completed'],
    [21, 'failed'],
  ] as const) {
    await using server = await startRawServer((socket, _, index) =>
      socket.write(index < hops ? http(303, '', { location: '/again' }) : json(completion('x'))),
    )
    await using client = await createClient(withKey(server.url))
    const generation = await client.generate(PROMPT)
    expect(generation.outcome).toBe(outcome)
    if (generation.outcome === 'failed') expect(generation.failure).toBe('redirect-refused')
    expect(generation.received?.hops).toBe(20)
  }
})

test('any other redirect, and a 303 to another origin, is refused: the other host hears nothing', async () => {
  await using other = await startRawServer((socket) => socket.write(json(completion('stolen'))))
  const targets = [
    [303, `${other.url}/v1/completions`],
    [307, `${other.url}/v1/completions`],
    [308, `${other.url}/v1/completions`],
    [303, `http://localhost:${other.port}/`],
    [303, `//127.0.0.1:${other.port}/`],
    [307, '/v1/completions/'],
    [302, '/login'],
    [303, 'file:///etc/passwd'],
  ] as const
  for (const [status, location] of targets) {
    await using server = await startRawServer((socket) => socket.write(http(status, '', { location })))
    await using client = await createClient(withKey(server.url))
    expect(await client.generate(PROMPT)).toMatchObject({
      failure: 'redirect-refused',
      status,
      message: expect.stringContaining(location),
    })
    expect(server.requests).toHaveLength(1)
  }
  expect(other.requests).toHaveLength(0)
})

test('a 303 that leads nowhere is refused', async () => {
  await using server = await startRawServer((socket) => socket.write(http(303, '')))
  await using client = await createClient(withKey(server.url))
  expect(await client.generate(PROMPT)).toMatchObject({ failure: 'redirect-refused' })
})

test('a connection closed after a redirect, before the next answer, is `reset`', async () => {
  await using server = await startRawServer((socket, _, index) =>
    index === 0 ? socket.write(http(303, '', { location: '/again' })) : socket.end(),
  )
  await using client = await createClient(withKey(server.url))
  expect(await client.generate(PROMPT)).toMatchObject({ failure: 'reset' })
})

test('redirects share the one deadline', async () => {
  await using server = await startRawServer((socket) =>
    setTimeout(() => socket.write(http(303, '', { location: '/again' })), 300),
  )
  await using client = await createClient(withKey(server.url))
  const generation = await client.generate(PROMPT, { timeoutMs: 1_000 })
  expect(generation).toMatchObject({ failure: 'timeout' })
  expect(generation.received?.hops).toBeGreaterThanOrEqual(1)
})

test('secrets go to the origins of the operations, and to no other', async () => {
  const answer = () => startRawServer((socket) => socket.write(json(completion('x'))))
  await using service = await answer()
  await using health = await answer()
  await using stranger = await answer()
  await using client = await createClient(withKey(service.url, { urls: { health: health.url } }))
  await client.generate(PROMPT)
  await client.call('health')
  await client.send({ path: `${stranger.url}/` })
  expect(service.requests[0]?.head).toContain(`modal-key: ${KEY}`)
  expect(health.requests[0]?.head).toContain(`modal-key: ${KEY}`)
  expect(stranger.requests[0]?.head).not.toContain(KEY)
})

test('a secret stands as its label in all that is kept, also where the service echoes it', async () => {
  const echo = [
    json(completion(`your key is ${KEY}`)),
    json({ error: { message: `bad key ${KEY}`, code: 401 } }, 401),
    http(200, `x-key ${encodeURIComponent(KEY)}`, { 'x-echo': KEY }),
  ]
  for (const bytes of echo) {
    await using server = await startRawServer((socket) => socket.write(bytes))
    await using client = await createClient(withKey(server.url))
    const answers = [await client.generate(PROMPT), await client.send({ operation: 'health' })]
    const kept = JSON.stringify(
      answers.map((answer) => [
        answer.sent,
        answer.received,
        answer.outcome === 'failed' ? answer.message : '',
      ]),
    )
    expect(server.requests[0]?.head).toContain(KEY)
    expect(kept).not.toContain(KEY)
    expect(kept).toContain(`[secret from file ${keyFile}]`)
  }
})

test('a secret across the cut of the evidence is taken out whole', async () => {
  await using server = await startRawServer((socket) => socket.write(http(200, `${'x'.repeat(95)}${KEY}`)))
  await using client = await createClient(withKey(server.url), { evidenceBytes: 100 })
  const { received } = await client.send({ operation: 'health' })
  expect(received?.body).toBe(`${'x'.repeat(95)}[secr`)
})

test('a header of a raw request stands in the place of a secret', async () => {
  await using server = await startRawServer((socket) => socket.write(json({})))
  await using client = await createClient(withKey(server.url))
  await client.send({ operation: 'models', headers: { authorization: 'Bearer wrong' } })
  expect(server.requests[0]?.head).toContain('authorization: Bearer wrong')
  expect(server.requests[0]?.head).not.toContain(`Bearer ${KEY}`)
})

test('a header that cannot be sent is thrown, not blamed on the service', async () => {
  await using client = await createClient({ dialect: 'openai', baseUrl: 'http://127.0.0.1:9' })
  await expect(client.send({ operation: 'models', headers: { 'x-bad': 'a\nb' } })).rejects.toThrow(/header/)
})

test('a secret that is not there stops before anything is sent', async () => {
  const address = withKey('http://127.0.0.1:9', {
    secretHeaders: [{ name: 'x', source: { file: join(folder, 'none') } }],
  })
  await expect(createClient(address)).rejects.toMatchObject({ code: 'secret-missing' })
})
