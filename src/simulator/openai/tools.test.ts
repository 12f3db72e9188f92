import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningSimulator, startSimulator } from '../start.ts'
import { exchange } from '../testing/exchange.ts'

let simulator: RunningSimulator
beforeAll(async () => {
  simulator = await startSimulator({ profile: 'instant' })
})
afterAll(() => simulator.close())

const post = async (path: string, body: object) =>
  JSON.parse((await exchange(simulator.url, path, { body })).text)
const chat = async (content: string, fields: object) =>
  (await post('/v1/chat/completions', { messages: [{ role: 'user', content }], ...fields })).choices[0]

const SCHEMAS = [
  { type: 'object', properties: { n: { type: 'integer', minimum: 3, maximum: 5 } }, required: ['n'] },
  {
    type: 'object',
    properties: {
      who: { $ref: '#/$defs/person' },
      tags: { type: 'array', items: { enum: ['a', 'b'] }, minItems: 1, maxItems: 3 },
    },
    required: ['who', 'tags'],
    additionalProperties: false,
    $defs: {
      person: {
        type: 'object',
        properties: { name: { type: 'string', pattern: '^[A-Z]{2}$' } },
        required: ['name'],
      },
    },
  },
  { type: 'object', properties: {}, additionalProperties: false },
]

test('what is demanded satisfies the schema of its tool, at any temperature, strict or not', async () => {
  for (const parameters of SCHEMAS)
    for (const seed of [1, 2, 3, 4])
      for (const strict of [true, undefined]) {
        const tools = [{ type: 'function', function: { name: 'file', parameters, strict } }]
        const { message } = await chat('Ignore the tool and tell me a story.', {
          ...{ tools, tool_choice: 'required', temperature: 1.5, seed },
        })
        const args = JSON.parse(message.tool_calls[0].function.arguments)
        expect(new Ajv2020().validate(parameters, args), JSON.stringify(args)).toBe(true)
      }
})

test('what the prompt gives for an argument is what the tool gets', async () => {
  const asked = async (prompt: string, properties: object) => {
    const parameters = {
      type: 'object',
      properties,
      required: Object.keys(properties),
      additionalProperties: false,
    }
    const tools = [{ type: 'function', function: { name: 'file', parameters } }]
    const { message } = await chat(prompt, { tools, temperature: 0 })
    return JSON.parse(message.tool_calls[0].function.arguments)
  }
  expect(await asked('File it: a=6 and b: 7.', { a: { type: 'integer' }, b: { type: 'integer' } })).toEqual({
    a: 6,
    b: 7,
  })
  expect(await asked('Use the tool with value CANARY_OK.', { value: { type: 'string' } })).toEqual({
    value: 'CANARY_OK',
  })
  expect(await asked('File "ab12-cd34".', { marker: { type: 'string' } })).toEqual({ marker: 'ab12-cd34' })
  expect(await asked('File the weather of Rome.', { city: { type: 'string' } })).toEqual({ city: 'Rome' })
})

test('a schema that does not compile is refused where the tool is strict, and a hint where it is not', async () => {
  const tool = (strict: boolean) => [
    { type: 'function', function: { name: 'file', strict, parameters: { type: 'strnig' } } },
  ]
  const body = (strict: boolean) => ({
    ...{ messages: [{ role: 'user', content: 'File it.' }], tools: tool(strict), tool_choice: 'required' },
  })
  expect((await post('/v1/chat/completions', body(true))).error.code).toBe(400)
  const { choices } = await post('/v1/chat/completions', body(false))
  expect(JSON.parse(choices[0].message.tool_calls[0].function.arguments)).toBeTypeOf('object')
})

test('a format that was asked for holds the words where the model is free to call', async () => {
  const tools = [{ type: 'function', function: { name: 'file' } }]
  const { message } = await chat('File it.', { tools, structured_outputs: { choice: ['yes', 'no'] } })
  expect(message).not.toHaveProperty('tool_calls')
  expect(['yes', 'no']).toContain(message.content)
})

test('several choices of one request call each for themselves', async () => {
  const tools = [{ type: 'function', function: { name: 'file', parameters: SCHEMAS[0] } }]
  const body = { messages: [{ role: 'user', content: 'File it.' }], tools, n: 3, seed: 1 }
  const { choices } = await post('/v1/chat/completions', body)
  const ids = choices.map(
    ({ message }: { message: { tool_calls: { id: string }[] } }) => message.tool_calls[0]?.id,
  )
  expect(new Set(ids).size).toBe(3)
})
