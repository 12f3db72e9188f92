import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Reasoning, ServiceProfile } from '../records/index.ts'
import { openLoadClient } from './load-client.ts'
import { loadFrom } from './testing/load.ts'
import { json, STREAM_HEAD, startRawServer } from './testing/raw-server.ts'
import { startThinkingServer } from './testing/thinking-server.ts'

/** A wire of its own, whose streams end with their connection. */
const OWN = `export default {
  name: 'own', capabilities: ['stream'],
  operations: { generate: { method: 'POST', path: '/infer' } },
  encode: ({ prompt, stream }) => ({ operation: 'generate', body: { input: prompt, live: stream } }),
  decode: ({ output }) => ({ text: output, finishReason: 'stop' }),
  stream: { decode: ({ piece, last }) => ({ text: piece, finishReason: last && 'stop' }) },
}`

test('a service with a wire of its own is loaded through the dialect of its user', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'infergate-load-'))
  await writeFile(join(cwd, 'own.mjs'), OWN)
  await using server = await startRawServer((socket, { body }) => {
    if (!JSON.parse(body).live) return socket.end(json({ output: 'whole' }))
    return socket.end(`${STREAM_HEAD}data: {"piece":"a"}\n\ndata: {"piece":"b","last":1}\n\n`)
  })
  const address = { dialect: 'own', dialectModule: 'own.mjs' }
  const load = (stream: boolean) => loadFrom(server.url, { address, client: { cwd }, request: { stream } })
  const [streamed, whole] = [await load(true), await load(false)]
  expect(streamed).toMatchObject({ text: 'ab', finishReason: 'stop', events: 2, status: 200 })
  expect(whole).toMatchObject({ text: 'whole', finishReason: 'stop' })
  expect([streamed.failure, whole.failure]).toEqual([undefined, undefined])
  expect(server.requests.map(({ head }) => head.split('\r\n')[0])).toEqual(
    Array.from({ length: 2 }, () => 'POST /infer HTTP/1.1'),
  )
  await rm(cwd, { recursive: true })
})

test('a dialect without a stream cannot prepare one', async () => {
  await using client = await openLoadClient({ dialect: 'ananke', baseUrl: 'http://127.0.0.1:9' })
  expect(() => client.prepare({ prompt: 'x', maxTokens: 1, stream: true })).toThrow('does not stream')
})

const profile = (reasoning: Reasoning): ServiceProfile => ({
  ...{ engine: 'vllm', capabilities: [], missing: {}, model: 'thinker', reasoning },
})

test('a model that thinks is asked as its profile says, and its thought stands apart from its answer', async () => {
  await using server = await startThinkingServer({ as: 'tags' })
  const request = { route: 'chat', stream: false, maxTokens: 8 } as const
  const load = (reasoning: Reasoning) =>
    loadFrom(server.url, { request, client: { profile: profile(reasoning) } })
  const thinks = await load({ where: 'tags', tokens: 20 })
  expect(thinks.reasoning).toMatch(/./)
  expect(thinks.text).not.toContain('think>')
  expect(JSON.parse(JSON.stringify(server.bodies.at(-1))).max_tokens).toBe(8 + 3 * 20 + 32)
  await load({ where: 'tags', tokens: 20, off: { reasoning_effort: 'none' } })
  expect(server.bodies.at(-1)).toMatchObject({ max_tokens: 8, reasoning_effort: 'none' })
})

test('a service is asked for its model once, before the load', async () => {
  await using server = await startRawServer((socket, { head }) => {
    socket.write(json(head.startsWith('GET') ? { data: [{ id: 'found' }] } : { choices: [] }))
  })
  await using client = await openLoadClient({ dialect: 'openai', baseUrl: server.url })
  const prepared = client.prepare({ prompt: 'x', maxTokens: 1 })
  expect(JSON.parse(prepared.body)).toMatchObject({ model: 'found', prompt: 'x' })
  expect(server.requests).toHaveLength(1)
})
