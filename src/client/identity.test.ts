import { expect, test } from 'vitest'
import type { Generation, GenerationRequest } from '../records/index.ts'
import { createClient } from './http-client.ts'
import { askStream, atOnce } from './testing/ask-stream.ts'
import { DONE, event, json, startRawServer } from './testing/raw-server.ts'

const identityOf = (answer: Generation) => (answer.outcome === 'completed' ? answer.identity : answer)

const chunk = (fields: object, text = 'hi', finish_reason: string | null = null) =>
  event({ ...fields, choices: [{ index: 0, text, finish_reason }] })

async function askWhole(body: object, request: Partial<GenerationRequest> = {}) {
  await using server = await startRawServer((socket) => socket.write(json(body)))
  await using client = await createClient({ dialect: 'openai', baseUrl: server.url, model: 'm' })
  const answer = await client.generate({ prompt: 'é', maxTokens: 4, ...request })
  return { answer, seen: server.requests[0] }
}

const WHOLE = { id: 'cmpl-1', created: 1_700_000_000, model: 'm', object: 'text_completion' }
const choices = [{ index: 0, text: 'hi', finish_reason: 'stop' }]

test('a whole answer says who answered, as it came', async () => {
  const { answer } = await askWhole({ ...WHOLE, created: '2024', choices })
  expect(identityOf(answer)).toEqual({
    ...{ ids: ['cmpl-1'], models: ['m'], created: ['2024'], objects: ['text_completion'] },
  })
})

test('a stream gives each distinct value once, in order; a chunk without one gives undefined', async () => {
  const { id: _, ...anonymous } = WHOLE
  const answer = await askStream(
    atOnce(chunk(WHOLE), chunk({ ...WHOLE, id: 'cmpl-2' }), chunk(WHOLE), chunk(anonymous, '', 'stop'), DONE),
  )
  expect(identityOf(answer)).toEqual({
    ...{ ids: ['cmpl-1', 'cmpl-2', undefined], models: ['m'] },
    ...{ created: [1_700_000_000], objects: ['text_completion'] },
  })
})

test('an event with neither choices nor usage says nothing of who answers', async () => {
  const filters = event({ ...WHOLE, created: 0, model: '', choices: [], prompt_filter_results: [] })
  const answer = await askStream(atOnce(filters, chunk(WHOLE), chunk(WHOLE, '', 'stop'), DONE))
  expect(identityOf(answer)).toMatchObject({ models: ['m'], created: [1_700_000_000] })
})

test('the ananke wire gives the id of the request and the name of the model', async () => {
  const body = {
    ...{ generated_text: 'hi', tokens_generated: 1, generation_time_ms: 2, constraint_satisfied: true },
    ...{ model_name: 'm', finish_reason: 'stop', metadata: { request_id: 'own-7' } },
  }
  await using server = await startRawServer((socket) => socket.write(json(body)))
  await using client = await createClient({ dialect: 'ananke', baseUrl: server.url })
  const answer = await client.generate({ prompt: 'hi', maxTokens: 4 })
  expect(identityOf(answer)).toMatchObject({ ids: ['own-7'], models: ['m'] })
})

test('a request may write its body in other bytes, and have headers of its own', async () => {
  const { seen, answer } = await askWhole(
    { ...WHOLE, choices },
    {
      headers: { 'content-type': 'application/json; charset=utf-8', 'x-request-id': 'own-1' },
      written: (body) => JSON.stringify(body).replace('é', '\\u00e9'),
    },
  )
  expect(answer.outcome).toBe('completed')
  expect(seen?.head).toMatch(/^content-type: application\/json; charset=utf-8\r$/im)
  expect(seen?.head).toMatch(/^x-request-id: own-1\r$/im)
  expect(seen?.body).toContain('"prompt":"\\u00e9"')
})
