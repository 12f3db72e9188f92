import { expect, test } from 'vitest'
import { startOnLoopback } from '../../testing/loopback.ts'
import type { ServiceProfile } from '../records/index.ts'
import { createClient } from './http-client.ts'
import { type ProfileOptions, profileService } from './profile.ts'

type Counters = { readonly started?: number; readonly prompts: number; readonly generated: number }

const exposed = ({ started, prompts, generated }: Counters): string =>
  [
    ...(started === undefined ? [] : [`process_start_time_seconds ${started}`]),
    'vllm:num_requests_running 1',
    `vllm:prompt_tokens_total{engine="0"} ${prompts}`,
    `vllm:generation_tokens_total{engine="0"} ${generated}`,
    '',
  ].join('\n')

/** What the profile of a service says of its counters, each reading of which is the next of `counters`. */
async function sharedAt(
  counters: (reading: number) => Counters,
  options: ProfileOptions = { counters: 'ask' },
): Promise<ServiceProfile['shared']> {
  let reading = 0
  await using server = await startOnLoopback((request, response) => {
    const isMetrics = request.url === '/metrics'
    response.writeHead(isMetrics ? 200 : 404).end(isMetrics ? exposed(counters(reading++)) : '')
  })
  await using client = await createClient({ dialect: 'openai', baseUrl: server.url })
  return (await profileService(client, options)).shared
}

const quiet = { started: 100, prompts: 50, generated: 70 }

test('a service that nobody else uses has its counters to itself', async () => {
  expect(await sharedAt(() => quiet)).toBeUndefined()
})

test('two processes that answer in turn are two servers under one name', async () => {
  expect(await sharedAt((reading) => ({ ...quiet, started: reading % 2 === 0 ? 100.5 : 93 }))).toBe(
    'two servers answer under one name: process_start_time_seconds 100.5 and 93 in turn on GET /metrics',
  )
})

test('a process that starts anew, once or again and again, is no second server', async () => {
  expect(await sharedAt((reading) => ({ ...quiet, started: reading < 6 ? 100 : 120 }))).toBeUndefined()
  expect(await sharedAt((reading) => ({ ...quiet, started: 100 + reading }))).toBeUndefined()
})

test('prompts that arrive while nothing is sent are those of others', async () => {
  expect(await sharedAt((reading) => ({ ...quiet, prompts: 50 + 9 * reading }))).toMatch(
    /^others use the service meanwhile: vllm:prompt_tokens_total grew by 99 in \d+ ms in which this run sent nothing$/,
  )
})

test('tokens that go on being generated without a new prompt are no sign of others: what was left behind makes them too', async () => {
  expect(await sharedAt((reading) => ({ ...quiet, generated: 70 + 40 * reading }))).toBeUndefined()
})

test('a target that is said to be shared is not asked, and one that was started here has its counters to itself', async () => {
  expect(await sharedAt(() => quiet, { counters: 'shared' })).toBe(
    'the target is said to be shared (`shared: true`)',
  )
  const alternating = (reading: number) => ({ ...quiet, started: reading % 2 })
  expect(await sharedAt(alternating, { counters: 'ours' })).toBeUndefined()
})
