import { expect, test } from 'vitest'
import { startOnLoopback } from '../../testing/loopback.ts'
import type { ServiceProfile } from '../records/index.ts'
import { createClient } from './http-client.ts'
import { profileService } from './profile.ts'
import { completion } from './testing/raw-server.ts'

type Body = Readonly<Record<string, unknown>>

/** Profiles a service of this owner that refuses a request with what `refuses` says of its body. */
async function profiled(owner: string, refuses: (body: Body) => object | undefined): Promise<ServiceProfile> {
  await using server = await startOnLoopback(async (request, response) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString() || '{}')
    const say = (status: number, said: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said))
    if (request.url === '/v1/models') return say(200, { data: [{ id: 'tiny', owned_by: owner }] })
    if (request.url !== '/v1/completions') return response.writeHead(404).end()
    const error = refuses(body)
    return error ? say(400, { error }) : say(200, completion('Once upon a time'))
  })
  await using client = await createClient({ dialect: 'openai', baseUrl: server.url })
  return await profileService(client)
}

const unsupported = (field: string) => (body: Body) =>
  body[field] === undefined
    ? undefined
    : { message: `Unsupported parameter: '${field}' is not supported with this model.`, param: field }

test('what another engine refuses by its name it does not offer, and the refusal is the reason', async () => {
  const { missing, capabilities } = await profiled('acme', unsupported('seed'))
  expect(missing.seed).toMatch(/^seed is refused: HTTP 400: Unsupported parameter: 'seed'/)
  expect(capabilities).not.toContain('seed')
  expect(capabilities).toEqual(expect.arrayContaining(['stream', 'stop', 'json-schema']))
})

test('a refusal that says something else, and any refusal of vLLM, is for the checks to fail', async () => {
  const broken = (body: Body) =>
    body['response_format'] ? { message: 'the grammar of response_format could not be compiled' } : undefined
  expect((await profiled('acme', broken)).capabilities).toContain('json-schema')
  expect((await profiled('vllm', unsupported('seed'))).capabilities).toContain('seed')
})

test('a gateway that refuses a field of vLLM by its name does not offer the contract of vLLM', async () => {
  expect((await profiled('vllm', () => undefined)).engine).toBe('vllm')
  expect((await profiled('vllm', unsupported('ignore_eos'))).engine).toBe('unknown')
})
