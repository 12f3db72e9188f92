import { expect, test } from 'vitest'
import { systemClock } from '../../clock.ts'
import { exchange } from '../testing/exchange.ts'
import { type EdgeOptions, startEdge } from './edge.ts'

const SHORT = { sleepAfterMs: 40, simulator: { profile: 'instant' } } as const satisfies EdgeOptions
const PATH = '/v1/completions'
const BODY = { prompt: 'Say hello.', max_tokens: 4 }
const ask = (url: string, path = PATH) => exchange(url, path, { body: BODY })

/** Nothing is asked, until what is behind the edge has been stopped and a request would start it again. */
const sleep = () => systemClock.sleep(150)

test('nothing runs until somebody asks; it sleeps when it was idle, and the next request starts it again', async () => {
  await using edge = await startEdge(SHORT)
  expect(edge.boots()).toBe(0)
  expect((await ask(edge.url)).status).toBe(200)
  expect(edge.boots()).toBe(1)
  await sleep()
  expect((await ask(edge.url)).status).toBe(200)
  expect(edge.boots()).toBe(2)
})

test('a stream passes the edge event by event', async () => {
  await using edge = await startEdge(SHORT)
  const answer = await exchange(edge.url, PATH, { body: { ...BODY, stream: true } })
  expect(answer.headers['content-type']).toContain('text/event-stream')
  expect(answer.text).toMatch(/data: \[DONE\]\n\n$/)
})

test('an edge that refuses says 503 until the service is up', async () => {
  await using edge = await startEdge({ ...SHORT, sleepAfterMs: 60_000, bootMs: 50, mode: 'refuses' })
  const first = await ask(edge.url)
  expect(first).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
  let status = 503
  for (let tries = 0; status === 503 && tries < 100; tries++) {
    await systemClock.sleep(20)
    status = (await ask(edge.url)).status
  }
  expect(status).toBe(200)
  expect(edge.boots()).toBe(1)
})

test('an edge that redirects sends a long call on to where its result will be, again and again', async () => {
  await using edge = await startEdge({ ...SHORT, bootMs: 100, mode: 'redirects', capMs: 30 })
  const first = await ask(edge.url)
  expect(first.status).toBe(303)
  const place = first.headers.location ?? ''
  expect(place).toMatch(/^\/v1\/completions\?edge_call=1$/)
  let answer = await exchange(edge.url, place)
  for (let hops = 1; answer.status === 303 && hops < 20; hops++) answer = await exchange(edge.url, place)
  expect(answer.status).toBe(200)
  expect(JSON.parse(answer.text).choices).toHaveLength(1)
  expect((await exchange(edge.url, place)).status).toBe(404)
})

test('health that is another function answers, and wakes nobody', async () => {
  for (const [dialect, healthy] of [
    ['openai', ''],
    ['ananke', '{"status":"healthy","service":"ananke-inference","version":"1.0.0"}'],
  ] as const) {
    await using edge = await startEdge({ ...SHORT, healthApart: true, simulator: { dialect } })
    expect(await exchange(edge.url, '/health')).toMatchObject({ status: 200, text: healthy })
    expect(edge.boots()).toBe(0)
  }
})

test('a fault shows from the second boot on: the service is found healthy', async () => {
  await using edge = await startEdge({ ...SHORT, faults: ['wake-answers-error'] })
  expect((await ask(edge.url)).status).toBe(200)
  await sleep()
  expect((await ask(edge.url)).status).toBe(500)
  expect((await ask(edge.url)).status).toBe(200)
})

test('the request that woke it is lost, the next is answered', async () => {
  await using edge = await startEdge({ ...SHORT, faults: ['wake-loses-request'] })
  await ask(edge.url)
  await sleep()
  await expect(ask(edge.url)).rejects.toThrow(/socket hang up/)
  expect((await ask(edge.url)).status).toBe(200)
})

test('copies sample other answers, unless they wake with the same random state', async () => {
  const sampled = async (url: string) =>
    JSON.parse((await exchange(url, PATH, { body: { ...BODY, max_tokens: 24, temperature: 1 } })).text)
      .choices[0].text
  for (const [faults, alike] of [
    [[], false],
    [['same-random-state'], true],
  ] as const) {
    await using edge = await startEdge({ ...SHORT, faults })
    const first = await sampled(edge.url)
    await sleep()
    expect((await sampled(edge.url)) === first).toBe(alike)
  }
})
