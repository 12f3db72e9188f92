import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import type { RunEvent, TargetSpec, Verdict } from '../records/index.ts'
import { run } from './run.ts'
import { planFor } from './testing/plan-for.ts'

const folder = mkdtempSync(join(tmpdir(), 'infergate-first-contact-'))
afterAll(() => rmSync(folder, { recursive: true }))

type Seen = { readonly path: string; readonly body: string }
type Answer = (seen: Seen, response: ServerResponse) => void

/** A service of a test's own, and what was asked of it. */
async function serve(answer: Answer) {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    const one = { path: request.url ?? '', body }
    seen.push(one)
    response.setHeader('content-type', 'application/json')
    answer(one, response)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { baseUrl: `http://127.0.0.1:${port}`, seen }
}

/** Serves one model, refuses any other as vLLM does. */
const oneModel: Answer = ({ path, body }, response) => {
  if (path === '/health') return response.end('{}')
  if (path === '/v1/models') return response.end(JSON.stringify({ data: [{ id: 'tiny-llama' }] }))
  if (JSON.parse(body || '{}').model === 'tiny-llama')
    return response.end(JSON.stringify({ choices: [{ index: 0, text: 'hi', finish_reason: 'stop' }] }))
  response.statusCode = 404
  response.end(JSON.stringify({ error: { message: 'The model does not exist.', param: 'model' } }))
}

const url = (baseUrl: string, more: Partial<TargetSpec> = {}) =>
  ({ kind: 'url', dialect: 'openai', baseUrl, readyTimeoutMs: 5_000, ...more }) as TargetSpec

/** A run over a target, with what it told. */
async function judge(spec: TargetSpec, acceptedBefore = false) {
  const events: RunEvent[] = []
  const plan = await planFor(spec)
  const verdict: Verdict = await run(
    { ...plan, acceptedBefore },
    {
      journal: { append: (event) => void events.push(event), sync() {} },
      progress: { phase() {}, step() {}, began() {}, saw() {}, status() {}, note() {}, warn() {} },
      signal: new AbortController().signal,
      begun() {},
      publish() {},
      record() {},
    },
  )
  return { verdict, events, says: verdict.reasons.join('\n') }
}

test('a model that the service does not list is the mistake of who named it: exit 2 after one refused request', async () => {
  const service = await serve(oneModel)
  const { verdict, says } = await judge(url(service.baseUrl, { model: 'tiny-lama' }))
  expect([verdict.verdict, verdict.exitCode]).toEqual(['INCONCLUSIVE', 2])
  expect(says).toMatch(/no model "tiny-lama": did you mean "tiny-llama"\? Correct --model/)
  expect(service.seen.filter(({ body }) => body !== '')).toHaveLength(1)
})

test('a service that was started for a model that it does not have is stopped: exit 2', async () => {
  const file = join(folder, 'started.mjs')
  writeFileSync(
    file,
    `import { createServer } from 'node:http'
    createServer((request, response) => {
      response.setHeader('content-type', 'application/json')
      if (request.url === '/health') return response.end('{}')
      if (request.url === '/v1/models') return response.end('{"data":[{"id":"tiny-llama"}]}')
      response.statusCode = 404
      response.end('{"error":{"message":"The model does not exist.","param":"model"}}')
    }).listen(Number(process.argv[2]), '127.0.0.1')
    console.log('pid', process.pid)`,
  )
  const spec: TargetSpec = {
    kind: 'process',
    dialect: 'openai',
    model: 'tiny-lama',
    command: [process.execPath, file, '{port}'],
    readyTimeoutMs: 20_000,
  }
  const { verdict, says, events } = await judge(spec)
  expect(verdict.exitCode).toBe(2)
  expect(says).toContain('did you mean "tiny-llama"?')
  expect(says).not.toContain('does not generate')
  expect(events.map(({ kind }) => kind)).toEqual(['started', 'cut', 'ended'])
})

test('a model that is served though it is not listed is judged, as behind a router', async () => {
  const service = await serve((seen, response) =>
    oneModel({ ...seen, body: seen.body.replace('"routed"', '"tiny-llama"') }, response),
  )
  const { verdict } = await judge(url(service.baseUrl, { model: 'routed' }))
  expect(verdict.exitCode).not.toBe(2)
  expect(verdict.checks.length).toBeGreaterThan(0)
})

test('a model that is listed and refused, or passed before, is a finding', async () => {
  const service = await serve((seen, response) => oneModel({ ...seen, body: seen.body && '{}' }, response))
  const listed = await judge(url(service.baseUrl, { model: 'tiny-llama' }))
  expect([listed.verdict.verdict, listed.verdict.exitCode]).toEqual(['FAIL', 10])
  const before = await judge(url(service.baseUrl, { model: 'old-model' }), true)
  expect([before.verdict.verdict, before.verdict.exitCode]).toEqual(['FAIL', 10])
})

function dialect(name: string, path: string, field: string): Partial<TargetSpec> {
  const file = join(folder, `${name}.mjs`)
  writeFileSync(
    file,
    `export default {
      name: 'mine', capabilities: [], operations: { generate: { method: 'POST', path: '${path}' } },
      encode: ({ prompt }) => ({ operation: 'generate', body: { input: prompt } }),
      decode: (body) => ({ text: body.${field}, finishReason: 'stop', error: body.failed && { message: body.failed } }),
    }`,
  )
  return { dialect: 'mine', dialectModule: file }
}

const simple: Answer = ({ path }, response) => {
  response.statusCode = path === '/infer' ? 200 : 404
  response.end(JSON.stringify(path === '/infer' ? { output: 'hello' } : { detail: 'Not Found' }))
}

test.each([
  [
    'path',
    dialect('path', '/infr', 'output'),
    /POST \S+\/infr is HTTP 404.*Correct the path of `operations\.generate`/,
  ],
  [
    'field',
    dialect('field', '/infer', 'outptu'),
    /`body\.outptu` for its `text`.*"{\\"output\\":\\"hello\\"}".*Correct `decode`/,
  ],
])(
  'a dialect with a wrong %s is named, exit 2; where the target passed before it is a finding',
  async (_, wrong, says) => {
    const service = await serve(simple)
    const first = await judge(url(service.baseUrl, wrong))
    expect([first.verdict.verdict, first.verdict.exitCode]).toEqual(['INCONCLUSIVE', 2])
    expect(first.says).toMatch(says)
    expect(first.verdict.checks).toEqual([])
    const later = await judge(url(service.baseUrl, wrong), true)
    expect(later.verdict.exitCode).toBe(10)
  },
)

test('a service that says in its own contract that it failed is broken, and its dialect is right', async () => {
  const service = await serve((_, response) => response.end('{"failed":"CUDA out of memory"}'))
  const { verdict, says } = await judge(url(service.baseUrl, dialect('right', '/infer', 'output')))
  expect([verdict.verdict, verdict.exitCode]).toEqual(['FAIL', 10])
  expect(says).toContain('CUDA out of memory')
})

test('a dialect that is no dialect is refused before anything is asked', async () => {
  const file = join(folder, 'capability.mjs')
  writeFileSync(
    file,
    `export default { name: 'x', capabilities: ['chatt'], operations: {}, encode() {}, decode() {} }`,
  )
  await expect(judge(url('http://127.0.0.1:9', { dialect: 'x', dialectModule: file }))).rejects.toMatchObject(
    {
      code: 'config-invalid',
      message: expect.stringMatching(/capability\.mjs.*capabilities\.0.*expected one of.*"chat"/),
    },
  )
})
