import { expect, test } from 'vitest'
import { createClient } from './http-client.ts'
import { profileService } from './profile.ts'
import { http, json } from './testing/raw-server.ts'
import { MODELS, NOT_FOUND, type Routes, serve } from './testing/routes.ts'

const refusal = (type: string, code: unknown) =>
  json({ error: { message: 'messages: field required', type, param: null, code } }, 400)
const METRICS = http(200, 'vllm:num_requests_running 0\n')

async function engineOf(routes: Routes): Promise<string> {
  await using server = await serve({
    'POST /v1/completions': refusal('invalid_request_error', null),
    ...routes,
  })
  await using client = await createClient({ dialect: 'openai', baseUrl: server.url })
  return (await profileService(client)).engine
}

test('a vLLM is known by its model`s owner, its counters or its refusals, whatever a gateway says of itself', async () => {
  expect(await engineOf({ 'GET /v1/models': MODELS, 'GET /version': json({ version: '0.1.9' }) })).toBe(
    'vllm',
  )
  expect(await engineOf({ 'GET /metrics': METRICS })).toBe('vllm')
  const closed = http(403, '')
  const vllm = refusal('BadRequestError', 400)
  expect(
    await engineOf({ 'GET /v1/models': closed, 'GET /metrics': closed, 'POST /v1/completions': vllm }),
  ).toBe('vllm')
})

test('a version, an owner of another name, or refusals in other words make no vLLM', async () => {
  const others = json({ data: [{ id: 'tiny', owned_by: 'llamacpp' }] })
  expect(await engineOf({ 'GET /version': json({ version: '1.2.3' }) })).toBe('unknown')
  expect(
    await engineOf({ 'GET /v1/models': others, 'POST /v1/completions': refusal('BadRequestError', 400) }),
  ).toBe('unknown')
  expect(await engineOf({ 'POST /v1/completions': refusal('BadRequestError', '400') })).toBe('unknown')
  expect(await engineOf({ 'POST /v1/completions': NOT_FOUND })).toBe('unknown')
})
