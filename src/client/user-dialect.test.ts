import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient } from './http-client.ts'
import { createProbe } from './probe.ts'
import { json, startRawServer } from './testing/raw-server.ts'

/** A whole dialect for a service with another contract, as docs/promises.md shows it. */
const SIMPLE = `export default {
  name: 'simple',
  capabilities: ['health', 'usage'],
  operations: {
    health: { method: 'GET', path: '/ping' },
    generate: { method: 'POST', path: '/infer' },
  },
  encode: (request) => ({
    operation: 'generate',
    body: { input: request.prompt, limit: request.maxTokens },
  }),
  decode: (body) => ({
    text: body.output,
    finishReason: body.done ? 'stop' : 'length',
    usage: { completionTokens: body.tokens },
    error: body.failed ? { message: body.failed } : undefined,
  }),
}
`

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'infergate-dialect-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function write(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text)
  return name
}

const address = (dialectModule: string, baseUrl = 'http://127.0.0.1:9') => ({
  dialect: 'simple',
  dialectModule,
  baseUrl,
})

test('a service with another contract is spoken to through a module of twenty lines', async () => {
  const dialectModule = await write('simple.mjs', SIMPLE)
  const answers = [
    { output: 'hi', done: true, tokens: 2 },
    { failed: 'out of memory', output: '' },
    { output: 5 },
  ]
  await using server = await startRawServer((socket, _, index) => socket.write(json(answers[index])))
  await using client = await createClient(address(dialectModule, server.url), { cwd: folder })
  const request = { prompt: 'hello', maxTokens: 3 }
  expect(await client.generate(request)).toMatchObject({
    outcome: 'completed',
    text: 'hi',
    finishReason: 'stop',
    usage: { completionTokens: 2 },
    sent: { url: `${server.url}/infer`, body: '{"input":"hello","limit":3}' },
  })
  expect(await client.generate(request)).toMatchObject({ failure: 'service-error', message: 'out of memory' })
  expect(await client.generate(request)).toMatchObject({
    failure: 'malformed-body',
    message: expect.stringContaining('text'),
  })
})

test('an error is read in the terms of the dialect, also in a refusal and without a text beside it', async () => {
  const dialectModule = await write('refused.mjs', SIMPLE)
  const error = { message: 'out of memory' }
  const answers = [json({ failed: 'out of memory' }), json({ failed: 'out of memory' }, 400)]
  await using server = await startRawServer((socket, _, index) => socket.write(answers[index % 2] ?? ''))
  await using client = await createClient(address(dialectModule, server.url), { cwd: folder })
  const request = { prompt: 'hello', maxTokens: 3 }
  expect(await client.generate(request)).toMatchObject({ failure: 'service-error', error, text: '' })
  expect(await client.generate(request)).toMatchObject({ failure: 'http-status', status: 400, error })
  await client.generate(request)
  expect(await client.send({ operation: 'generate', body: '{' })).toMatchObject({ status: 400, error })
})

test('a probe speaks a user`s dialect too', async () => {
  const dialectModule = await write('probed.mjs', SIMPLE)
  await using server = await startRawServer((socket) =>
    socket.write(json({ output: 'hi', done: true, tokens: 1 })),
  )
  const probe = createProbe({ cwd: folder })
  expect(await probe.generate(address(dialectModule, server.url), AbortSignal.timeout(5_000))).toMatchObject({
    ok: true,
  })
})

test('a module that is no dialect is refused with its file and what is missing', async () => {
  const cases: [string, string, RegExp][] = [
    ['no-default.mjs', 'export const name = 1', /no-default\.mjs.*dialect/],
    ['no-decode.mjs', SIMPLE.replace('decode:', 'decoder:'), /no-decode\.mjs.*decode: must be a function/],
    ['bad-path.mjs', SIMPLE.replace("'/infer'", "'infer'"), /bad-path\.mjs.*operations\.generate\.path/],
    ['bad-capability.mjs', SIMPLE.replace("'usage'", "'magic'"), /bad-capability\.mjs.*capabilities\.1/],
    ['throws.mjs', 'throw new Error("broken inside")', /throws\.mjs.*broken inside/],
  ]
  for (const [name, text, message] of cases) {
    const dialectModule = await write(name, text)
    await expect(createClient(address(dialectModule), { cwd: folder })).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringMatching(message),
    })
  }
  await expect(createClient(address('absent.mjs'), { cwd: folder })).rejects.toMatchObject({
    code: 'config-invalid',
    message: expect.stringContaining('absent.mjs'),
  })
})

test('an unknown dialect, and an address without a usable URL, are refused', async () => {
  const wrong = [
    { dialect: 'opnai', baseUrl: 'http://127.0.0.1:9' },
    { dialect: 'openai' },
    { dialect: 'openai', baseUrl: 'localhost:8000' },
    { dialect: 'openai', baseUrl: 'ftp://localhost' },
    { dialect: 'openai', urls: { health: 'nowhere' } },
  ]
  for (const each of wrong) await expect(createClient(each)).rejects.toMatchObject({ code: 'config-invalid' })
})
