import OpenAI from 'openai'
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type RunningSimulator, startSimulator } from '../start.ts'

/** The calls of OpenAI's own client, each as its documentation writes them. */
let simulator: RunningSimulator
let client: OpenAI
const model = 'infergate-simulated'
const apiKey = 'sk-of-the-test'

beforeAll(async () => {
  simulator = await startSimulator({ profile: 'instant', apiKey })
  client = new OpenAI({ baseURL: `${simulator.url}/v1`, apiKey, maxRetries: 0 })
})
afterAll(() => simulator.close())

const user = (content: string) => ({ role: 'user' as const, content })
const weather = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    description: 'The weather of a city',
    strict: true,
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    },
  },
}
const clock = {
  type: 'function' as const,
  function: {
    name: 'get_time',
    parameters: {
      type: 'object',
      properties: { zone: { type: 'string', enum: ['UTC', 'CET'] } },
      required: ['zone'],
      additionalProperties: false,
    },
  },
}
const flat = { type: 'function' as const, ...weather.function }
const italy = 'What is the capital of Italy?'
const rome = 'The capital of Italy is Rome.'
const Person = z.object({ name: z.string().max(12), age: z.number().int().min(0).max(120) })
const rosa = 'Give Rosa, 31, Oslo as JSON.'

test('models are listed, and each has its id', async () => {
  const ids = []
  for await (const { id } of client.models.list()) ids.push(id)
  expect(ids).toEqual([model])
})

test('a completion, whole and streamed', async () => {
  const whole = await client.completions.create({ model, prompt: italy, max_tokens: 40, temperature: 0 })
  expect(whole.choices[0]).toMatchObject({ text: rome, finish_reason: 'stop' })
  let text = ''
  const stream = await client.completions.create({
    model,
    prompt: italy,
    temperature: 0,
    max_tokens: 40,
    stream: true,
  })
  for await (const { choices } of stream) text += choices[0]?.text ?? ''
  expect(text).toBe(rome)
})

test('a chat, whole and streamed, with its usage', async () => {
  const asked = { model, messages: [user(italy)], temperature: 0, max_completion_tokens: 40 }
  const whole = await client.chat.completions.create(asked)
  expect(whole.choices[0]).toMatchObject({
    message: { role: 'assistant', content: rome },
    finish_reason: 'stop',
  })
  const stream = client.chat.completions.stream({ ...asked, stream_options: { include_usage: true } })
  expect(await stream.finalContent()).toBe(rome)
  expect((await stream.totalUsage()).completion_tokens).toBe(whole.usage?.completion_tokens)
})

test('content in parts, a developer, and a turn of the assistant are read', async () => {
  const { choices } = await client.chat.completions.create({
    model,
    messages: [
      { role: 'developer', content: 'Be short.' },
      user('Say hello.'),
      { role: 'assistant', content: 'Hello, Ben!' },
      { role: 'user', content: [{ type: 'text', text: italy }] },
    ],
    temperature: 0,
  })
  expect(choices[0]?.message.content).toBe(rome)
})

test('a format of zod comes back parsed', async () => {
  const { choices } = await client.chat.completions.parse({
    model,
    messages: [user(rosa)],
    response_format: zodResponseFormat(Person, 'person'),
    temperature: 0,
  })
  expect(choices[0]?.message.parsed).toEqual({ name: 'Rosa', age: 31 })
})

test.each([
  ['required', 'required' as const, 'tool_calls'],
  ['named', { type: 'function' as const, function: { name: 'get_weather' } }, 'stop'],
  ['auto, and asked for', 'auto' as const, 'tool_calls'],
])('a tool is called, whole and streamed alike: %s', async (_, tool_choice, ending) => {
  const messages = [user('What is the weather in Rome?')]
  const asked = { model, messages, tools: [clock, weather], tool_choice, temperature: 0 }
  const [choice] = (await client.chat.completions.create(asked)).choices
  const [call] = choice?.message.tool_calls ?? []
  expect([choice?.finish_reason, choice?.message.tool_calls?.length]).toEqual([ending, 1])
  expect(call).toEqual({
    id: expect.stringMatching(/^chatcmpl-tool-/),
    type: 'function',
    function: { name: 'get_weather', arguments: '{"city": "Rome"}' },
  })
  const streamed = await client.chat.completions.stream(asked).finalChatCompletion()
  expect(streamed.choices[0]?.finish_reason).toBe(ending)
  expect(streamed.choices[0]?.message.tool_calls).toMatchObject([
    { function: { name: 'get_weather', arguments: '{"city":"Rome"}' } },
  ])
})

test('none is called where none may be, and where the prompt asks for none', async () => {
  for (const asked of [
    { tool_choice: 'none' as const, content: 'What is the weather in Rome?' },
    { content: italy },
  ]) {
    const { content, ...choice } = asked
    const [answer] = (
      await client.chat.completions.create({ model, messages: [user(content)], tools: [weather], ...choice })
    ).choices
    expect([answer?.finish_reason, answer?.message.tool_calls]).toEqual(['stop', undefined])
    expect(answer?.message.content).not.toBe('')
  }
})

test('two tools that are asked for are both called, and one where calls may not be parallel', async () => {
  const messages = [user('What is the time in CET, and the weather in Rome?')]
  const names = async (parallel_tool_calls: boolean) => {
    const asked = { model, messages, tools: [weather, clock], parallel_tool_calls, temperature: 0 }
    const { choices } = await client.chat.completions.create(asked)
    return choices[0]?.message.tool_calls?.map((call) => call.type === 'function' && call.function)
  }
  const time = { name: 'get_time', arguments: '{"zone": "CET"}' }
  expect(await names(true)).toEqual([
    time,
    { name: 'get_weather', arguments: expect.stringContaining('city') },
  ])
  expect(await names(false)).toEqual([time])
})

test('runTools goes on with what the tool gives back, and ends with words', async () => {
  const asked: unknown[] = []
  const runner = client.chat.completions.runTools({
    model,
    messages: [user('What is the weather in Oslo?')],
    tools: [
      {
        type: 'function',
        function: {
          ...weather.function,
          parse: JSON.parse,
          function: (args: object) => {
            asked.push(args)
            return 'sunny'
          },
        },
      },
    ],
    temperature: 0,
  })
  expect(await runner.finalContent()).toBe('The tool says: sunny')
  expect(asked).toEqual([{ city: 'Oslo' }])
})

test('a response, whole, streamed and cut', async () => {
  const asked = { model, input: italy, temperature: 0 }
  const whole = await client.responses.create(asked)
  expect(whole).toMatchObject({ output_text: rome, status: 'completed', object: 'response' })
  const stream = client.responses.stream(asked)
  const types = new Set<string>()
  let numbers = 0
  for await (const event of stream) {
    types.add(event.type)
    expect(event.sequence_number).toBe(numbers++)
  }
  expect([...types].at(-1)).toBe('response.completed')
  expect((await stream.finalResponse()).output_text).toBe(rome)
  const cut = await client.responses.create({ ...asked, max_output_tokens: 2 })
  expect(cut).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } })
  expect(cut.usage).toMatchObject({ output_tokens: 2, total_tokens: (cut.usage?.input_tokens ?? 0) + 2 })
})

test('a response in a format of zod comes back parsed', async () => {
  const text = { format: zodTextFormat(Person, 'person') }
  const { output_parsed } = await client.responses.parse({ model, input: rosa, text, temperature: 0 })
  expect(output_parsed).toEqual({ name: 'Rosa', age: 31 })
})

test('a response calls a tool, and goes on with what it gave back', async () => {
  const input = [user('What is the weather in Rome?')]
  const tools = [flat]
  for (const tool_choice of ['auto', 'required', { type: 'function', name: 'get_weather' }] as const) {
    const { output } = await client.responses.create({ model, input, tools, tool_choice, temperature: 0 })
    const streamed = await client.responses
      .stream({ model, input, tools, tool_choice, temperature: 0 })
      .finalResponse()
    const [call] = output
    if (call?.type !== 'function_call') throw new Error(`No call: ${JSON.stringify(output)}`)
    expect(JSON.parse(call.arguments)).toEqual({ city: 'Rome' })
    expect(streamed.output).toMatchObject([
      { type: 'function_call', name: 'get_weather', arguments: '{"city":"Rome"}' },
    ])
    const back = { type: 'function_call_output' as const, call_id: call.call_id, output: 'sunny' }
    const { output_text } = await client.responses.create({ model, input: [...input, call, back], tools })
    expect(output_text).toBe('The tool says: sunny')
  }
})

test('a response is not stored', async () => {
  const { id } = await client.responses.create({ model, input: italy, store: true })
  await expect(client.responses.retrieve(id)).rejects.toBeInstanceOf(OpenAI.NotFoundError)
  await expect(client.responses.cancel(id)).rejects.toBeInstanceOf(OpenAI.NotFoundError)
  await expect(
    client.responses.create({ model, input: italy, previous_response_id: id }),
  ).rejects.toMatchObject({ status: 404, param: 'response_id', type: 'invalid_request_error' })
})

test('refusals become the classes of errors that users catch', async () => {
  const chat = (fields: object) =>
    client.chat.completions.create({ model, messages: [user(italy)], ...fields })
  await expect(chat({ temperature: -1 })).rejects.toMatchObject({
    constructor: OpenAI.BadRequestError,
    status: 400,
    param: 'temperature',
    type: 'BadRequestError',
  })
  await expect(chat({ model: 'gpt-9' })).rejects.toMatchObject({
    constructor: OpenAI.NotFoundError,
    param: 'model',
    type: 'NotFoundError',
  })
  await expect(chat({ tools: [weather], tool_choice: 'sometimes' })).rejects.toBeInstanceOf(
    OpenAI.BadRequestError,
  )
  const stranger = new OpenAI({ baseURL: `${simulator.url}/v1`, apiKey: 'sk-of-nobody', maxRetries: 0 })
  await expect(stranger.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError)
  const refused = client.chat.completions.create({
    model,
    messages: [user(italy)],
    stream: true,
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'strnig' } } },
  })
  const read = async () => {
    for await (const _ of await refused);
  }
  await expect(read()).rejects.toBeInstanceOf(OpenAI.APIError)
})
