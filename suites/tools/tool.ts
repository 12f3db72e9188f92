import { type CheckTools, canarySchema, type JsonSchema } from '#infergate'

/** A function that a model may call. */
export type Tool = { readonly name: string; readonly schema: JsonSchema }

/** Two tools; the arguments of each are drawn for this request, so only a service that enforces its schema says them. */
export const drawTools = (random: CheckTools['random']): readonly [Tool, Tool] => [
  { name: `set_lamp_${random.marker(4)}`, schema: canarySchema('lamp', random.marker(8)) },
  { name: `add_item_${random.marker(4)}`, schema: canarySchema('item', random.marker(8)) },
]

/**
 * As the chat route takes it. `strict`: its arguments keep the schema, as OpenAI's API promises; asked for where a call is forced, since
 * vLLM then constrains the whole answer.
 */
export const toolOnChat = ({ name, schema }: Tool, strict = false) => ({
  type: 'function',
  function: { name, description: DESCRIPTION, parameters: schema, ...(strict && { strict }) },
})

export const nameOnly = ({ name }: Tool) => ({ type: 'function', function: { name } })

/** A question, calls of one tool, and what each gave back. */
export const conversation = (tool: Tool, results: readonly (readonly [id: string, content: unknown])[]) => [
  { role: 'user', content: 'What does the tool say?' },
  {
    role: 'assistant',
    content: null,
    tool_calls: results.map(([id]) => ({
      ...{ id, type: 'function', function: { name: tool.name, arguments: '{}' } },
    })),
  },
  ...results.map(([id, content]) => ({ role: 'tool', tool_call_id: id, content })),
]

const DESCRIPTION = 'Does what its name says.'
