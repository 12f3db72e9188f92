import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningSimulator, startSimulator } from '../start.ts'
import { exchange } from '../testing/exchange.ts'
import { recordingsOf, shapeOf } from '../testing/recordings.ts'

/** Tools and responses beside the real engine: vLLM 0.32 with the Hermes parser, its tiny model made to say what it would not think of. */
const recordings = recordingsOf('vllm-0.32.0-tools')

let simulator: RunningSimulator
beforeAll(async () => {
  simulator = await startSimulator({ profile: 'instant', model: 'tiny', maxModelLen: 1024 })
})
afterAll(() => simulator.close())

/** What a client acts on, whole or streamed: how choices and responses end. */
const endsOf = (body: string): readonly string[] =>
  [...body.matchAll(/"(finish_reason|status)":"(\w+)"/g)].map(([, , end = '']) => end)

/** The names of events in their order, those that repeat once. */
const namesOf = (body: string): readonly string[] =>
  [...body.matchAll(/^event: (.*)$/gm)]
    .map(([, name = '']) => name)
    .filter((name, index, all) => name !== all[index - 1])

test('the recordings are there: an empty list would prove nothing', () => {
  expect(recordings.length).toBeGreaterThan(70)
})

test.each(recordings)(
  'tools are answered in the shape of the real engine: %s',
  async (_, { request, response }) => {
    const reply = await exchange(simulator.url, request.path, { body: request.body })
    const type = response.headers['content-type'] ?? ''
    expect([reply.status, reply.headers['content-type'] ?? '']).toEqual([response.status, type])
    expect(shapeOf(reply.text, type)).toEqual(shapeOf(response.body, type))
    expect(endsOf(reply.text)).toEqual(endsOf(response.body))
    expect(namesOf(reply.text)).toEqual(namesOf(response.body))
    if (response.status !== 200) expect(JSON.parse(reply.text).error).toMatchObject(refusalOf(response.body))
  },
)

const refusalOf = (body: string) => {
  const { type, param, code } = JSON.parse(body).error
  return { type, param, code }
}
