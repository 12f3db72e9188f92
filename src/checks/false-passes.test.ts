import { expect, test } from 'vitest'
import { startThrottledProxy } from '../../testing/throttled-proxy.ts'
import { startProxy } from '../run/testing/proxy.ts'
import { crowdFaults } from '../simulator/faults/crowds.ts'
import { startSimulator } from '../simulator/index.ts'
import { judgeFound } from './testing/judge-found.ts'

/** What could pass though it proved nothing: crowds that lose their prompts, usage that comes twice, a client that left too late. */

const one = async (url: string, id: string) => (await judgeFound(url, [id]))[0]

/** Of crowds that are turned away the promises say so after a minute. */
const ROWS = crowdFaults
  .filter(({ family }) => family !== 'load')
  .flatMap(({ id, caughtBy }) =>
    Object.entries(caughtBy).map(([promise, reason]) => [id, promise, reason] as const),
  )

test.each(ROWS)('%s breaks %s', async (fault, id, reason) => {
  await using simulator = await startSimulator({ faults: [fault] })
  expect(await one(simulator.url, id)).toMatchObject({
    outcome: 'failed',
    reason: expect.stringMatching(reason),
  })
})

test('a keyword that is refused after it was answered is broken', async () => {
  await using simulator = await startSimulator()
  const asked = new Map<string, number>()
  await using proxy = await startProxy(simulator.url, (_, response, body) => {
    const schema = /"schema":\{.*\}/.exec(body)?.[0]
    if (schema === undefined) return false
    const times = (asked.get(schema) ?? 0) + 1
    asked.set(schema, times)
    if (times !== 2) return false
    response
      .writeHead(400, { 'content-type': 'application/json' })
      .end('{"error":{"message":"no such keyword","type":"BadRequestError","param":null,"code":400}}')
    return true
  })
  expect(await one(proxy.url, 'structured-outputs.holds-strings')).toMatchObject({
    outcome: 'failed',
    reason: expect.stringMatching(
      /4 of 4 cases failed: .*refused now, and answered a moment ago: .*no such keyword/,
    ),
  })
})

test('clients that leave after the end prove nothing: where streams come in one piece no client can leave', async () => {
  await using simulator = await startSimulator({ faults: ['buffered-by-proxy'] })
  expect(await one(simulator.url, 'streaming.survives-disconnects')).toMatchObject({
    outcome: 'inconclusive',
    reason: expect.stringContaining('no client could leave in mid-stream'),
  })
})

test('a Retry-After that names no time is broken', async () => {
  await using simulator = await startSimulator()
  await using proxy = await startThrottledProxy(simulator.url, {
    places: 8,
    headers: { 'retry-after': 'soon' },
  })
  expect(await one(proxy.url, 'generation.serves-a-crowd')).toMatchObject({
    outcome: 'failed',
    reason: 'Retry-After says "soon", no time',
  })
})

test('a service that turns most of a crowd away answers what comes later, and its figures are said', async () => {
  await using simulator = await startSimulator()
  await using proxy = await startThrottledProxy(simulator.url, { places: 1, delayMs: 10 })
  expect(await one(proxy.url, 'generation.serves-a-crowd')).toMatchObject({
    outcome: 'not-applicable',
    reason: expect.stringMatching(
      /it turned \d\d away .* and answered \d+; 4 sent later, one by one, were answered/,
    ),
  })
})
