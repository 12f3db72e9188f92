import { type Exchanged, payloads } from './exchange.ts'
import type { Look } from './observe.ts'

const tool = (name: string, key: string) => ({
  name,
  parameters: {
    type: 'object',
    properties: { [key]: { const: 'k7q2' } },
    required: [key],
    additionalProperties: false,
  },
  strict: true,
})

const TOOLS = [tool('set_lamp', 'lamp'), tool('add_item', 'item')]
export const BOTH_ASKED = 'Call set_lamp and add_item, both.'

type Json = ReturnType<typeof JSON.parse>

/** An answer of the chat route to a request with two tools. */
export async function callOnChat({ post }: Look, fields: object = {}): Promise<Json> {
  return JSON.parse((await post('/v1/chat/completions', chatBody(fields))).text)
}

/** The same streamed: the parts of its calls, in order, and its payloads. */
export async function streamOnChat({ post }: Look, fields: object = {}) {
  const { text } = await post('/v1/chat/completions', chatBody({ stream: true, ...fields }))
  const events = payloads(text)
  const chunks: Json[] = events.filter((event) => event !== '[DONE]').map((event) => JSON.parse(event))
  const parts: Json[] = chunks.flatMap((chunk) => chunk.choices?.[0]?.delta?.tool_calls ?? [])
  const finish = chunks.map((chunk) => chunk.choices?.[0]?.finish_reason).find(Boolean)
  return { parts, finish, events }
}

export const chatBody = (fields: object) => ({
  messages: [{ role: 'user', content: 'Say hello.' }],
  tools: TOOLS.map((one) => ({ type: 'function', function: one })),
  tool_choice: 'required',
  max_tokens: 160,
  ...fields,
})

export const named = (name: string) => ({ type: 'function', function: { name } })

/** A response object. */
export async function respond({ post }: Look, fields: object = {}): Promise<Json> {
  return JSON.parse((await post('/v1/responses', { ...STORY, ...fields })).text)
}

/** The events of a streamed response. */
export async function respondStreamed({ post }: Look, fields: object = {}): Promise<Json[]> {
  return eventsOf(await post('/v1/responses', { ...STORY, stream: true, ...fields }))
}

const STORY = { input: 'Tell me a story.', max_output_tokens: 16 }

const eventsOf = ({ text }: Exchanged): Json[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => JSON.parse(line.slice('data: '.length)))

/** A forced call in a request for a response. */
export const FORCED = {
  input: 'Say hello.',
  tools: TOOLS.map((one) => ({ type: 'function', ...one })),
  tool_choice: { type: 'function', name: 'add_item' },
  max_output_tokens: 96,
}
