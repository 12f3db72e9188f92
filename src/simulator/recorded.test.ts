import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningSimulator, startSimulator } from './start.ts'
import { exchange } from './testing/exchange.ts'
import { recordingsOf, shapeOf } from './testing/recordings.ts'

/** The look-alike beside the real engine: the same requests, as `npm run record-streams` sent them to vLLM 0.32. */
const FAULTS = /^(queue-full|engine-killed)/
// Not asked here: these need an engine that is full or dead.
const recordings = recordingsOf('vllm-0.32.0').filter(([name]) => !FAULTS.test(name))

let simulator: RunningSimulator
beforeAll(async () => {
  simulator = await startSimulator({ profile: 'instant', model: 'tiny', maxModelLen: 1024 })
})
afterAll(() => simulator.close())

test('the recordings are there: an empty list would prove nothing', () => {
  expect(recordings.length).toBeGreaterThan(30)
})

test.each(recordings)('answers in the shape of the real engine: %s', async (_, { request, response }) => {
  const { path, method, body, contentType } = request
  const reply = await exchange(simulator.url, path, {
    ...(method && { method }),
    body,
    ...(contentType && { headers: { 'content-type': contentType } }),
  })
  const type = response.headers['content-type'] ?? ''
  expect([reply.status, reply.headers['content-type'] ?? '']).toEqual([response.status, type])
  expect(shapeOf(reply.text, type)).toEqual(shapeOf(response.body, type))
})
