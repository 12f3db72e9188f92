import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningSimulator, startSimulator } from '../start.ts'
import { exchange, payloads } from '../testing/exchange.ts'

let simulator: RunningSimulator
beforeAll(async () => {
  simulator = await startSimulator({ profile: 'instant', maxModelLen: 1024 })
})
afterAll(() => simulator.close())

const ask = (fields: object) =>
  exchange(simulator.url, '/v1/responses', { body: { input: 'Say hello.', temperature: 0, ...fields } })
const tool = { type: 'function', name: 'f' }

test.each([
  [{ input: undefined }, 400, 'body.input'],
  [{ input: null }, 400, 'body.input'],
  [{ input: 7 }, 400, 'body.input'],
  [{ input: [{ role: 'wizard', content: 'hi' }] }, 400, 'body.input'],
  [{ input: [{ type: 'function_call_output', call_id: 'c' }, { type: 'odd' }] }, 400, 'body.input'],
  [{ input: [] }, 400, null],
  [{ model: 'gpt-9' }, 404, 'model'],
  [{ temperature: -1 }, 400, 'temperature'],
  [{ temperature: -1, stream: true }, 400, 'temperature'],
  [{ max_output_tokens: 0 }, 400, 'max_tokens'],
  [{ max_output_tokens: 2_000 }, 400, 'max_output_tokens'],
  [{ input: 'x'.repeat(4096) }, 400, 'input_tokens'],
  [{ text: { format: { type: 'yaml' } } }, 400, 'body.text.format.type'],
  [{ text: { format: { type: 'json_schema', name: 'x' } } }, 400, 'body.text.format.schema'],
  [{ tool_choice: 'required' }, 400, 'tool_choice'],
  [{ tool_choice: null }, 400, 'body.tool_choice'],
  [{ tools: null }, 400, 'body.tools'],
  [{ input: [{ role: 'user', content: [{ type: 'output_text', text: 'hi' }] }] }, 400, 'messages'],
  [{ tools: [{ type: 'function' }] }, 400, 'body.tools.0.FunctionTool.name'],
  [{ tools: [tool], tool_choice: { type: 'function', name: 'g' } }, 400, 'tool_choice'],
  [{ previous_response_id: 'resp_x' }, 404, 'response_id'],
  [{ background: true }, 400, 'background'],
])('a response to %j is refused with %d, and the param is named', async (fields, status, param) => {
  const reply = await ask(fields)
  expect([reply.status, JSON.parse(reply.text).error?.param]).toEqual([status, param])
})

test('a field that is null is as good as absent; text, parts and instructions are read', async () => {
  const text = async (fields: object) => JSON.parse((await ask(fields)).text).output[0].content[0].text
  const italy = 'What is the capital of Italy?'
  const parts = [{ role: 'user', content: [{ type: 'input_text', text: italy }] }]
  const nothing = {
    instructions: null,
    metadata: null,
    max_output_tokens: null,
    text: null,
    top_p: null,
    stream: null,
  }
  for (const fields of [
    { input: italy, ...nothing },
    { input: parts },
    { input: italy, instructions: 'Be short.' },
  ])
    expect(await text(fields)).toBe('The capital of Italy is Rome.')
})

test('a stream that ends with a call says the same as the whole of it', async () => {
  const fields = { input: 'Call f.', tools: [{ ...tool, parameters: { type: 'object', properties: {} } }] }
  const whole = JSON.parse((await ask(fields)).text)
  const { text } = await ask({ ...fields, stream: true })
  const events = payloads(text).map((event) => JSON.parse(event))
  expect(text.match(/^event: (.*)$/gm)).toEqual(events.map(({ type }) => `event: ${type}`))
  expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index))
  const { output, usage } = events.at(-1).response
  expect(output).toMatchObject([{ type: 'function_call', name: 'f', arguments: whole.output[0].arguments }])
  expect(usage).toEqual(whole.usage)
})

test('what fails in a stream breaks it off without an event, as the real server does', async () => {
  const format = { type: 'json_schema', name: 'x', schema: { type: 'strnig' } }
  expect((await ask({ text: { format } })).status).toBe(400)
  const cut = await ask({ text: { format }, stream: true })
  expect([cut.status, cut.complete, payloads(cut.text).length]).toEqual([200, false, 2])
})

test('nothing is stored: each id is unknown', async () => {
  const { id } = JSON.parse((await ask({ store: true })).text)
  expect((await exchange(simulator.url, `/v1/responses/${id}`)).status).toBe(404)
  const cancelled = await exchange(simulator.url, `/v1/responses/${id}/cancel`, { method: 'POST' })
  expect(JSON.parse(cancelled.text).error).toEqual({
    message: `Response with id '${id}' not found.`,
    type: 'invalid_request_error',
    param: 'response_id',
    code: 404,
  })
})
