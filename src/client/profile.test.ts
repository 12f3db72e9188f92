import { expect, test } from 'vitest'
import type { Constraint, ServiceProfile } from '../records/index.ts'
import { createClient } from './http-client.ts'
import { profileService } from './profile.ts'
import { completion, http, json } from './testing/raw-server.ts'
import { MODELS, NOT_FOUND, type Routes, serve } from './testing/routes.ts'

const REFUSED = json({ error: { message: 'prompt is required', code: 400 } }, 400)
const VLLM: Routes = {
  'GET /health': http(200, ''),
  'GET /version': json({ version: '0.32.0' }),
  'GET /v1/models': MODELS,
  'GET /metrics': http(200, '# TYPE vllm:num_requests_running gauge\nvllm:num_requests_running 0\n'),
  'POST /v1/completions': REFUSED,
  'POST /v1/chat/completions': REFUSED,
}

async function profileOf(routes: Routes, dialect = 'openai'): Promise<ServiceProfile> {
  await using server = await serve(routes)
  await using client = await createClient({ dialect, baseUrl: server.url })
  return await profileService(client)
}

test('a vLLM has every capability of its dialect', async () => {
  const profile = await profileOf(VLLM)
  expect(profile).toMatchObject({ engine: 'vllm', version: '0.32.0', model: 'tiny', missing: {} })
  expect(profile.capabilities).toEqual(expect.arrayContaining(['health', 'chat', 'regex', 'error-status']))
})

test('constraints are spelled as the version wants them', async () => {
  const regex: Constraint = { kind: 'regex', pattern: 'a+' }
  const cases = [
    ['0.10.2', { guided_regex: 'a+' }],
    ['0.8.2', { guided_regex: 'a+' }],
    ['0.11.0', { structured_outputs: { regex: 'a+' } }],
    ['0.32.0', { structured_outputs: { regex: 'a+' } }],
    ['1.0.0', { structured_outputs: { regex: 'a+' } }],
    ['0.1.dev1+gabc', { structured_outputs: { regex: 'a+' } }],
  ] as const
  for (const [version, spelled] of cases) {
    await using server = await serve({ ...VLLM, 'GET /version': json({ version }) })
    await using client = await createClient({ dialect: 'openai', baseUrl: server.url })
    client.configure(await profileService(client))
    expect(client.dialect.encode({ prompt: 'x', maxTokens: 1, constraint: regex }, 'm').body).toMatchObject(
      spelled,
    )
  }
})

test('an unknown OpenAI-compatible server works: its model list stands in for /health, and what is missing says why', async () => {
  const models = json({ object: 'list', data: [{ id: 'tiny', owned_by: 'library' }] })
  const absent = { 'GET /health': NOT_FOUND, 'GET /metrics': NOT_FOUND }
  const routes = { ...VLLM, ...absent, 'GET /v1/models': models }
  await using server = await serve(routes)
  await using client = await createClient({ dialect: 'openai', baseUrl: `${server.url}/v1` })
  const profile = await profileService(client)
  expect(profile.engine).toBe('unknown')
  expect(Object.keys(profile.missing).toSorted()).toEqual(['choice', 'health', 'metrics', 'regex'])
  expect(profile.missing.health).toContain('/v1/models')
  expect(profile.capabilities).not.toContain('regex')
  expect(profile.capabilities).toContain('json-schema')
  client.configure(profile)
  expect(await client.call('health')).toMatchObject({
    outcome: 'completed',
    sent: { url: `${server.url}/v1/models` },
  })
})

test('what is there and fails is not missing: the checks shall fail it', async () => {
  const broken = json({ error: { message: 'boom' } }, 500)
  const { missing } = await profileOf({
    ...VLLM,
    'GET /health': http(503, ''),
    'GET /v1/models': broken,
    'GET /version': broken,
    'POST /v1/chat/completions': broken,
  })
  expect(missing).toEqual({})
})

test('another engine`s metrics, and a route that is absent, are missing', async () => {
  const { missing } = await profileOf({
    ...VLLM,
    'GET /metrics': http(200, 'http_requests_total 5\n'),
    'POST /v1/chat/completions': NOT_FOUND,
  })
  expect(Object.keys(missing).toSorted()).toEqual(['chat', 'metrics'])
})

test('a 404 that blames the model is a route that is there', async () => {
  const unknownModel = json(
    { error: { message: 'The model `x` does not exist.', param: 'model', code: 404 } },
    404,
  )
  const { missing } = await profileOf({ ...VLLM, 'POST /v1/chat/completions': unknownModel })
  expect(missing).toEqual({})
})

test('a server with chat only answers plain requests by chat', async () => {
  await using server = await serve({ ...VLLM, 'POST /v1/completions': NOT_FOUND })
  await using client = await createClient({ dialect: 'openai', baseUrl: server.url })
  client.configure(await profileService(client))
  expect(client.dialect.encode({ prompt: 'x', maxTokens: 1 }, 'm')).toMatchObject({
    operation: 'chat',
    body: { messages: [{ role: 'user', content: 'x' }] },
  })
})

test('what a look sends costs a few tokens at most, even where a lax server generates from nothing; one answer shows a thought', async () => {
  const lax = json(completion('hello'))
  await using server = await serve({ ...VLLM, 'POST /v1/completions': lax, 'POST /v1/chat/completions': lax })
  await using client = await createClient({ dialect: 'openai', baseUrl: server.url })
  await profileService(client)
  const posted = server.requests.filter(({ head }) => head.startsWith('POST'))
  const limits = posted.map(({ body }) => JSON.parse(body).max_tokens)
  expect(limits.slice(0, 2)).toEqual([1, 1])
  expect(limits.filter((limit) => limit > 12)).toEqual([64])
  expect(limits.length).toBeLessThanOrEqual(15)
})

test('what is closed to us is missing, with the reason, and the list of models stands in for a closed health', async () => {
  const closed = http(403, '<html>403 Forbidden</html>')
  await using server = await serve({
    ...VLLM,
    'GET /metrics': closed,
    'GET /health': closed,
    'GET /version': closed,
  })
  await using client = await createClient({ dialect: 'openai', baseUrl: server.url })
  const profile = await profileService(client)
  expect(profile.missing).toEqual({
    metrics: 'closed to us: GET /metrics is HTTP 403',
    health: 'closed to us: GET /health is HTTP 403',
  })
  client.configure(profile)
  expect(await client.call('health')).toMatchObject({ outcome: 'completed' })
  const models = await profileOf({ ...VLLM, 'GET /v1/models': closed })
  expect(models).toMatchObject({
    engine: 'vllm',
    missing: { models: 'closed to us: GET /v1/models is HTTP 403' },
  })
})

test('where generations are refused for their credentials too, nothing is called closed', async () => {
  const closed = json({ error: 'Unauthorized' }, 401)
  const all = Object.fromEntries(Object.keys(VLLM).map((route) => [route, closed]))
  expect((await profileOf(all)).missing).not.toHaveProperty('metrics')
})

test('a dead service is profiled without a throw', async () => {
  await using client = await createClient({ dialect: 'openai', baseUrl: 'http://127.0.0.1:9', model: 'm' })
  expect(await profileService(client)).toMatchObject({ engine: 'unknown', model: 'm' })
})

test('ananke cannot stream and gives no error status, and says so', async () => {
  const profile = await profileOf({ 'GET /health': json({ status: 'healthy', version: '1.0.0' }) }, 'ananke')
  expect(profile).toMatchObject({ engine: 'ananke', version: '1.0.0' })
  expect(Object.keys(profile.missing)).toEqual(['stream', 'error-status'])
})

test('a target without a URL for an operation lacks its capability', async () => {
  await using server = await serve({})
  await using client = await createClient({ dialect: 'ananke', urls: { generate: `${server.url}/` } })
  expect((await profileService(client)).missing.health).toContain('no URL')
  await expect(client.call('health')).rejects.toMatchObject({ code: 'config-invalid' })
})

test('a target without a model asks for it once', async () => {
  await using server = await serve({
    'GET /v1/models': MODELS,
    'POST /v1/completions': json(completion('x')),
  })
  await using client = await createClient({ dialect: 'openai', baseUrl: server.url })
  const first = await client.generate({ prompt: 'x', maxTokens: 1 })
  await client.generate({ prompt: 'x', maxTokens: 1 })
  expect(JSON.parse(first.sent.body ?? '')).toMatchObject({ model: 'tiny' })
  expect(server.requests.filter(({ head }) => head.startsWith('GET /v1/models'))).toHaveLength(1)
})

test('a target with a URL for chat and none for completions is a service with chat alone', async () => {
  const message = { role: 'assistant', content: 'hello' }
  const answer = { model: 'm', choices: [{ index: 0, message, finish_reason: 'stop' }] }
  await using server = await serve({ ...VLLM, 'POST /v1/chat/completions': json(answer) })
  const urls = { chat: `${server.url}/v1/chat/completions`, models: `${server.url}/v1/models` }
  await using client = await createClient({ dialect: 'openai', urls })
  const profile = await profileService(client)
  expect(profile.absentRoutes).toEqual({ completions: 'the target has no URL for generate' })
  client.configure(profile)
  const request = { prompt: 'Say hello.', maxTokens: 8 }
  expect(await client.generate(request)).toMatchObject({ outcome: 'completed', text: 'hello' })
})
