import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningSimulator, startSimulator } from './start.ts'
import { exchange, payloads } from './testing/exchange.ts'

/** The look-alike beside the real engine: the same requests, as `npm run record-streams` sent them to vLLM 0.32. */
type Recording = {
  readonly request: {
    readonly path: string
    readonly method?: string
    readonly body?: unknown
    readonly contentType?: string
  }
  readonly response: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }
}

const folder = join(import.meta.dirname, '../../fixtures/streams/vllm-0.32.0')
/** Not asked here: these need an engine that is full or dead. */
const FAULTS = /^(queue-full|engine-killed)/
const recordings = globSync(join(folder, '*.json'))
  .map((file): [string, Recording] => [basename(file, '.json'), JSON.parse(readFileSync(file, 'utf8'))])
  .filter(([name]) => !FAULTS.test(name))

let simulator: RunningSimulator
beforeAll(async () => {
  simulator = await startSimulator({ profile: 'instant', model: 'tiny', maxModelLen: 1024 })
})
afterAll(() => simulator.close())

/** The keys of a value, all the way down; of a list, those of its items, each kind once. */
function keysOf(value: unknown): unknown {
  if (Array.isArray(value)) return kinds(value)
  if (typeof value !== 'object' || value === null) return '·'
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      // On the completions route its keys are tokens.
      .map(([key, inner]) => [key, key === 'top_logprobs' ? '·' : keysOf(inner)]),
  )
}

/** The different shapes in order of first appearance. */
const kinds = (values: readonly unknown[]): readonly unknown[] =>
  [...new Set(values.map((value) => JSON.stringify(keysOf(value))))].map((text) => JSON.parse(text))

function shapeOf(body: string, type: string): unknown {
  if (type.startsWith('text/event-stream'))
    return kinds(payloads(body).map((event) => (event === '[DONE]' ? event : JSON.parse(event))))
  return type.includes('json') ? keysOf(JSON.parse(body)) : undefined
}

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
