import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Generation, Reply, ServiceAddress } from '../records/index.ts'
import { Secret } from '../secret.ts'
import { createClient } from './http-client.ts'
import { createProbe } from './probe.ts'
import { profileService } from './profile.ts'
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

/** A key that is a word of the answers, as a careless one may be. */
const KEY = 'harbours'
const TEXT = 'the harbours are quiet'
const PROMPT = { prompt: 'Tell me of harbours.', maxTokens: 4 }
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'infergate-redaction-'))
  writeFileSync(join(folder, 'key'), `${KEY}\n`)
  writeFileSync(join(folder, 'short'), 'sk-1234\n')
})

afterAll(() => rm(folder, { recursive: true }))

const withKey = (baseUrl: string, file = 'key'): ServiceAddress => ({
  dialect: 'openai',
  baseUrl,
  model: 'm',
  secretHeaders: [{ name: 'Authorization', source: { file: join(folder, file) }, prefix: 'Bearer ' }],
})

async function ask<T>(
  bytes: Buffer,
  call: (client: Awaited<ReturnType<typeof createClient>>) => Promise<T>,
): Promise<T> {
  await using server = await startRawServer((socket) => {
    socket.write(bytes)
    if (bytes.includes('text/event-stream')) socket.end()
  })
  await using client = await createClient(withKey(server.url))
  return await call(client)
}

/** What reports hold of an answer. */
const kept = ({ sent, received }: Generation | Reply) => JSON.stringify({ sent, received })

test('what is judged of a whole answer is as it came, what is kept of it names no secret', async () => {
  const body = { ...completion(TEXT, KEY), [KEY]: [KEY] }
  const answer = await ask(json(body), (client) => client.generate(PROMPT))
  expect(answer).toMatchObject({ text: TEXT, finishReason: KEY, json: body, body: JSON.stringify(body) })
  expect(kept(answer)).not.toContain(KEY)
  expect(kept(answer)).toContain('[secret from file')
})

test('what is judged of a stream is as it came: its text, its deltas, its reasoning, what it reports', async () => {
  const events = [
    event({ model: KEY, choices: [{ index: 0, delta: { reasoning: TEXT } }] }),
    event({ model: KEY, choices: [{ index: 0, delta: { content: TEXT }, finish_reason: 'stop' }] }),
  ]
  const deltas: string[] = []
  const stream = Buffer.concat([STREAM_HEAD, Buffer.from(events.join('') + DONE)])
  const answer = await ask(stream, (client) =>
    client.generate({ ...PROMPT, route: 'chat', stream: true }, { onDelta: (text) => deltas.push(text) }),
  )
  expect(answer).toMatchObject({ text: TEXT, reasoning: TEXT, reported: { model: KEY } })
  expect(deltas.join('')).toBe(TEXT)
  expect(kept(answer)).not.toContain(KEY)
})

test('what is judged of a reply is as it came, what is kept of it names no secret', async () => {
  const reply = await ask(http(200, JSON.stringify({ [KEY]: TEXT }), { [`x-${KEY}`]: KEY }), (client) =>
    client.send({ path: `/${KEY}?${KEY}=1`, headers: { 'x-own': KEY }, body: KEY }),
  )
  expect(reply).toMatchObject({ text: JSON.stringify({ [KEY]: TEXT }), json: { [KEY]: TEXT } })
  expect(kept(reply)).not.toContain(KEY)
})

test('an error that echoes the key is judged as it came, and its message, which is shown, names no secret', async () => {
  const error = { message: `bad key ${KEY}`, type: KEY }
  for (const bytes of [json({ error }, 401), Buffer.concat([STREAM_HEAD, Buffer.from(event({ error }))])]) {
    const answer = await ask(bytes, (client) => client.generate({ ...PROMPT, stream: true }))
    expect(answer).toMatchObject({ outcome: 'failed', error, body: expect.stringContaining(KEY) })
    if (answer.outcome === 'failed') expect(answer.message).toMatch(/bad key \[secret from file .*\]$/)
    expect(kept(answer)).not.toContain(KEY)
  }
})

test('what a probe or a look at the service hands out to be kept names no secret', async () => {
  const probe = (bytes: Buffer) =>
    ask(bytes, (client) => createProbe().generate(client.address, AbortSignal.timeout(5_000)))
  const finish = Buffer.concat([STREAM_HEAD, Buffer.from(delta('a', KEY) + DONE)])
  for (const bytes of [finish, json({ error: { message: TEXT } }, 500)]) {
    const outcome = await probe(bytes)
    expect(outcome).toMatchObject({ ok: false, message: expect.stringContaining('[secret from file') })
    expect(JSON.stringify(outcome)).not.toContain(KEY)
  }
  const { version } = await ask(json({ version: KEY }), (client) => profileService(client))
  expect(version).toContain('[secret from file')
})

test('a key too short to be kept out of reports stops before anything is sent, and names its source and the next step', async () => {
  await expect(createClient(withKey('http://127.0.0.1:9', 'short'))).rejects.toMatchObject({
    code: 'config-invalid',
    exitCode: 2,
    message: expect.stringMatching(/short has 7 characters.*at least 8.*Give the service a longer one/),
  })
})

test('a sentence that quotes a part of a key shows less than half of it', async () => {
  await using client = await createClient(withKey('http://127.0.0.1:9'))
  const label = `[secret from file ${join(folder, 'key')}]`
  expect(client.redact(`"${KEY}", "har…", "harb…", "…ours", "…arbour…", "bou"`)).toBe(
    `"${label}", "har…", "${label}…", "…${label}", "…${label}…", "bou"`,
  )
})

test('what the service was given beside its headers is judged as it came and kept as its label', async () => {
  await using server = await startRawServer((socket) => socket.write(json(completion(TEXT, 'stop'))))
  const knownSecrets = [new Secret(KEY, '[secret from the command]')]
  await using client = await createClient({
    dialect: 'openai',
    baseUrl: server.url,
    model: 'm',
    knownSecrets,
  })
  const answer = await client.generate(PROMPT)
  expect(answer).toMatchObject({ text: TEXT, body: expect.stringContaining(KEY) })
  expect(kept(answer)).not.toContain(KEY)
  expect(kept(answer)).toContain('the [secret from the command] are quiet')
  expect(JSON.stringify(client.address)).not.toContain(KEY)
})
