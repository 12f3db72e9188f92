import { expect, test } from 'vitest'
import { startThrottledProxy, type Throttling } from '../../testing/throttled-proxy.ts'
import { systemClock } from '../clock.ts'
import { startSimulator } from '../simulator/index.ts'
import { createClient } from './http-client.ts'
import { Traffic, type TrafficLimits } from './traffic.ts'

const SHORT = { prompt: 'Say hello.', maxTokens: 2, temperature: 0 }

async function openThrottled(throttling: Throttling, limits: TrafficLimits = {}) {
  const simulator = await startSimulator({ profile: 'default' })
  const proxy = await startThrottledProxy(simulator.url, throttling)
  const traffic = new Traffic(systemClock, limits)
  const client = await createClient({ dialect: 'openai', baseUrl: proxy.url, model: 'm' }, { traffic })
  // The simulator calls its model so where it is not told.
  const model = 'infergate-simulated'
  const ask = (count: number, once = false) =>
    Promise.all(Array.from({ length: count }, () => client.generate({ ...SHORT, model }, { once })))
  return {
    ...{ proxy, traffic, client, ask },
    async [Symbol.asyncDispose]() {
      await client.close()
      await proxy[Symbol.asyncDispose]()
      await simulator[Symbol.asyncDispose]()
    },
  }
}

test('what a rate limit turns away is sent again, and the rate that the service bears is learnt', async () => {
  await using throttled = await openThrottled({ perSecond: 20, burst: 5 })
  const answers = await throttled.ask(60)
  expect(answers.map(({ outcome }) => outcome)).toEqual(Array(60).fill('completed'))
  const { refusals, requestsPerSecond = 0, heldBackMs = 0 } = throttled.traffic.throttle ?? {}
  expect(refusals).toEqual({ 429: throttled.proxy.refused() })
  expect(requestsPerSecond).toBeGreaterThan(5)
  expect(requestsPerSecond).toBeLessThan(40)
  expect(heldBackMs).toBeGreaterThan(1_000)
})

test('a small queue is learnt: no more requests are in flight than it has room for', async () => {
  await using throttled = await openThrottled({ places: 3, delayMs: 20 })
  expect((await throttled.ask(30)).every(({ outcome }) => outcome === 'completed')).toBe(true)
  const before = throttled.proxy.refused()
  expect(before).toBeGreaterThan(0)
  expect(throttled.traffic.throttle?.maxConcurrency).toBeLessThanOrEqual(4)
  await throttled.ask(30)
  expect(throttled.proxy.refused() - before).toBeLessThan(4)
})

test('a 503 to a lone request is no matter of load, and is its answer at once', async () => {
  await using throttled = await openThrottled({ places: 0 })
  const [answer] = await throttled.ask(1)
  expect(answer).toMatchObject({ outcome: 'failed', failure: 'http-status', status: 503 })
  expect(answer).not.toHaveProperty('turnedAway')
  expect(throttled.traffic.throttle).toBeUndefined()
})

test('a request that is sent once gets its refusal, which says that it is about load', async () => {
  await using throttled = await openThrottled({ places: 4, delayMs: 50 })
  const answers = await throttled.ask(12, true)
  const refused = answers.filter((answer) => answer.outcome === 'failed' && answer.turnedAway)
  expect(refused).toHaveLength(8)
})

test('what the service says of when to come again is kept to, and a day is not waited for', async () => {
  await using soon = await openThrottled({ perSecond: 1, burst: 1, headers: { 'retry-after': '1' } })
  await soon.ask(1)
  const startedMs = performance.now()
  expect((await soon.ask(1))[0]?.outcome).toBe('completed')
  expect(performance.now() - startedMs).toBeGreaterThan(900)
  await using never = await openThrottled({ perSecond: 0.001, burst: 1, headers: { 'retry-after': '86400' } })
  await never.ask(1)
  expect((await never.ask(1))[0]).toMatchObject({ turnedAway: { retryAfterMs: 86_400_000 }, status: 429 })
})

test('limits that the user gives hold from the first request on', async () => {
  await using few = await openThrottled({ places: 2, delayMs: 10 }, { maxConcurrency: 2 })
  await few.ask(12, true)
  expect(few.proxy.refused()).toBe(0)
  await using slow = await openThrottled({ perSecond: 10, burst: 2 }, { requestsPerMinute: 540 })
  await slow.ask(12, true)
  expect(slow.proxy.refused()).toBe(0)
})

test('the 503 of a route that generates nothing is what it has to say', async () => {
  await using throttled = await openThrottled({ places: 1, delayMs: 300 })
  const [, reply] = await Promise.all([
    throttled.ask(1),
    systemClock.sleep(50).then(() => throttled.client.send({ operation: 'generate', body: '{}' })),
  ])
  expect(reply).toMatchObject({ outcome: 'failed', status: 503 })
  expect(throttled.traffic.throttle).toBeUndefined()
})
