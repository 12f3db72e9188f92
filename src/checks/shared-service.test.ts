import { expect, test } from 'vitest'
import { startProxy } from '../run/testing/proxy.ts'
import { PROFILES, startSimulator } from '../simulator/index.ts'
import { judgeFound } from './testing/judge-found.ts'

/** What the promises about counters say of a service that is not this run's alone, and of leaks that look like one. */

const COUNTS = [
  'lifecycle.counters-add-up',
  'lifecycle.returns-to-idle',
  'lifecycle.keeps-its-process',
  'streaming.disconnect-frees',
]
const four = (one: unknown) => COUNTS.map(() => one)

const outcomes = async (url: string, ids = COUNTS) =>
  (await judgeFound(url, ids)).map(({ outcome, reason }) => [outcome, reason])

/** Others who ask for a story one after the other, until disposed. */
function startUsers(url: string, users: number): AsyncDisposable {
  let asking = true
  const body = JSON.stringify({ prompt: 'Tell me a story.', max_tokens: 40 })
  const user = async () => {
    while (asking) {
      const response = await fetch(`${url}/v1/completions`, {
        ...{ method: 'POST', body, headers: { 'content-type': 'application/json' } },
      })
      await response.text()
    }
  }
  const all = Array.from({ length: users }, user)
  return {
    async [Symbol.asyncDispose]() {
      asking = false
      await Promise.all(all)
    },
  }
}

test('on a service that is ours alone the counters hold', async () => {
  await using simulator = await startSimulator()
  expect(await outcomes(simulator.url)).toEqual(four(['passed', undefined]))
})

test('where two replicas answer in turn, their counters are not required', async () => {
  await using one = await startSimulator()
  await new Promise((resolve) => setTimeout(resolve, 30))
  await using two = await startSimulator()
  let turn = 0
  const inTurn = () => (turn++ % 2 === 0 ? one.url : two.url)
  await using front = await startProxy(inTurn, () => false)
  const replicas = expect.stringMatching(
    /^two servers answer under one name: process_start_time_seconds \d+(\.\d+)? and \d+(\.\d+)? in turn/,
  )
  expect(await outcomes(front.url)).toEqual(four(['not-applicable', replicas]))
})

test('texts that differ from one replica to the other are a finding, which names both', async () => {
  await using one = await startSimulator()
  await new Promise((resolve) => setTimeout(resolve, 30))
  await using two = await startSimulator({ faults: ['single-symbol-loop'] })
  let turn = 0
  const inTurn = () => (turn++ % 2 === 0 ? one.url : two.url)
  await using front = await startProxy(inTurn, () => false)
  const both =
    /more than batching can explain \(two servers answer under one name: process_start_time_seconds/
  expect(await outcomes(front.url, ['generation.is-greedy-at-zero'])).toEqual([
    ['failed', expect.stringMatching(both)],
  ])
})

test('where others use the service, its process is still held to stay the same', async () => {
  await using simulator = await startSimulator()
  await using _users = startUsers(simulator.url, 3)
  const others = ['not-applicable', expect.stringMatching(/^others use the service meanwhile: /)]
  expect(await outcomes(simulator.url)).toEqual([others, others, ['passed', undefined], others])
})

test('others who come only once a check runs are seen by what arrives', async () => {
  await using simulator = await startSimulator()
  let users: AsyncDisposable | undefined
  // The first burst of a check is what they come with.
  await using front = await startProxy(simulator.url, (_request, _response, body) => {
    if (/"max_tokens":48/.test(body)) users ??= startUsers(simulator.url, 12)
    return false
  })
  const checks = await outcomes(front.url, ['lifecycle.returns-to-idle'])
  await users?.[Symbol.asyncDispose]()
  expect(checks).toEqual([['not-applicable', expect.stringMatching(/^others use the service meanwhile: /)]])
})

test.each([
  [
    'disconnect-keeps-generating',
    'streaming.disconnect-frees',
    /^(?:a request still ran|1 requests still run) \d+ ms after the client left/,
  ],
  ['kv-not-released', 'lifecycle.returns-to-idle', /kv_cache_usage_perc/],
])('%s stays a leak on a service that was found', async (fault, id, reason) => {
  // So slow that what goes on does so for longer than any load explains.
  const profile = { ...PROFILES.default, tokenMs: 10 }
  await using simulator = await startSimulator({ faults: [fault], profile })
  expect(await outcomes(simulator.url, [id])).toEqual([['failed', expect.stringMatching(reason)]])
})

test('a process that starts anew again and again is no replica', async () => {
  await using simulator = await startSimulator()
  let started = 1_000
  await using front = await startProxy(simulator.url, (request, response) => {
    if (request.url !== '/metrics') return false
    response.end(`process_start_time_seconds ${started++}\nvllm:num_requests_running 0\n`)
    return true
  })
  expect(await outcomes(front.url, ['lifecycle.keeps-its-process'])).toEqual([
    [
      'failed',
      expect.stringMatching(/^the process started anew: process_start_time_seconds was \d+, is \d+$/),
    ],
  ])
})
