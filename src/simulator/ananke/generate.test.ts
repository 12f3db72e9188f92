import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningSimulator, startSimulator } from '../start.ts'
import { exchange } from '../testing/exchange.ts'

let simulator: RunningSimulator
beforeAll(async () => {
  simulator = await startSimulator({
    profile: 'instant',
    dialect: 'ananke',
    model: 'llama',
    maxModelLen: 1024,
  })
})
afterAll(() => simulator.close())

const ask = async (fields: object) => {
  const body = { prompt: 'Tell me a story.', max_tokens: 40, ...fields }
  const { status, text } = await exchange(simulator.url, '/generate_api', { body })
  return { status, answer: JSON.parse(text) }
}

test('health is the constant of the service', async () => {
  const reply = await exchange(simulator.url, '/health')
  expect(JSON.parse(reply.text)).toEqual({ status: 'healthy', service: 'ananke-inference', version: '1.0.0' })
})

test('an answer has the fields of the service, and counts that belong to it', async () => {
  const { status, answer } = await ask({ request_id: 'r-1', temperature: 0, context: 'Once.' })
  expect(status).toBe(200)
  expect(answer).toEqual({
    generated_text: expect.stringMatching(/./),
    tokens_generated: expect.any(Number),
    generation_time_ms: expect.any(Number),
    constraint_satisfied: true,
    model_name: 'llama',
    finish_reason: expect.stringMatching(/^(stop|length)$/),
    metadata: {
      request_id: 'r-1',
      prompt_tokens: Math.ceil('Once.\nTell me a story.'.length / 4),
      temperature: 0,
      top_p: 0.95,
      constraint_type: null,
      tokens_per_sec: expect.any(Number),
    },
  })
  expect(answer.tokens_generated).toBeGreaterThan(0)
})

test('stop_sequences end the text before themselves', async () => {
  const free = (await ask({ temperature: 0 })).answer.generated_text as string
  const stop = free.slice(8, 12)
  const { answer } = await ask({ temperature: 0, stop_sequences: [stop] })
  expect(answer.generated_text).toBe(free.slice(0, free.indexOf(stop)))
  expect(answer.finish_reason).toBe('stop')
})

test.each([
  [{ prompt: undefined }, 422],
  [{ prompt: 7 }, 422],
  [{ max_tokens: 'ten' }, 422],
  [{ prompt: '' }, 400],
  [{ temperature: -1 }, 400],
  [{ top_p: 0 }, 400],
  [{ max_tokens: 0 }, 400],
  [{ stop_sequences: [''] }, 400],
  [{ prompt: 'x'.repeat(4096) }, 400],
  [{ constraints: { regex_patterns: ['['] } }, 400],
  [{ constraints: { regex_patterns: ['a', 'b'] } }, 400],
  [{ constraints: { regex_patterns: [] } }, 400],
  [{ constraints: { grammar: 'root ::= "a"' } }, 400],
  [{ constraints: { token_mask: [1] } }, 400],
  [{ constraints: { json_schema: {}, regex_patterns: ['a'] } }, 400],
  [{ constraints: { json_schema: 'no' } }, 422],
])('%j is refused with %i and a detail', async (fields, status) => {
  const reply = await ask(fields)
  expect(reply.status).toBe(status)
  expect(JSON.stringify(reply.answer.detail).length).toBeGreaterThan(4)
})

test.each([
  [
    'json',
    { json_schema: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] } },
    /^\{.*"n".*\}$/s,
  ],
  ['regex', { regex_patterns: ['zq[0-9]{4}qz'] }, /^zq[0-9]{4}qz$/],
])('a %s constraint holds, and is said to; cut short it is not', async (type, constraints, pattern) => {
  const { answer } = await ask({ constraints })
  expect(answer.generated_text).toMatch(pattern)
  expect(answer).toMatchObject({ constraint_satisfied: true, metadata: { constraint_type: type } })
  const cut = (await ask({ constraints, max_tokens: 1 })).answer
  expect(cut).toMatchObject({ constraint_satisfied: false, finish_reason: 'length' })
})

test('an unknown field is dropped', async () => {
  expect((await ask({ wizardry: 9000 })).status).toBe(200)
})
