import { BOTH_ASKED, callOnChat, chatBody, named } from '../testing/calls.ts'
import { testFaults } from '../testing/fault-table.ts'
import type { Look } from '../testing/observe.ts'
import { toolFaults } from './tools.ts'

const choiceOf = async (look: Look, fields: object = {}) => (await callOnChat(look, fields)).choices[0]
const callsOf = async (look: Look, fields: object = {}) =>
  (await choiceOf(look, fields)).message.tool_calls ?? []
const both = [{ role: 'user', content: BOTH_ASKED }]
const statusOf = async ({ post }: Look, fields: object) =>
  (await post('/v1/chat/completions', chatBody(fields))).status

/** How the prompt grows with what a tool gave back. */
async function grows(look: Look, asContent: (text: string) => unknown): Promise<boolean> {
  const count = async (text: string) => {
    const call = { id: 'c1', type: 'function', function: { name: 'set_lamp', arguments: '{}' } }
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c1', content: asContent(text) },
    ]
    return (await callOnChat(look, { messages, tool_choice: 'none', max_tokens: 1 })).usage.prompt_tokens
  }
  return (await count('a long result of some words')) > (await count('a'))
}

testFaults(toolFaults, {
  'required-tool-ignored': async (look) => {
    const { message, finish_reason } = await choiceOf(look)
    return finish_reason === 'tool_calls' && message.tool_calls === undefined && message.content !== ''
  },
  'tool-choice-dropped': async (look) => (await choiceOf(look)).finish_reason === 'stop',
  'named-tool-swapped': async (look) =>
    (await callsOf(look, { tool_choice: named('set_lamp') }))[0].function.name === 'add_item',
  'named-tool-is-the-first': async (look) =>
    (await callsOf(look, { tool_choice: named('add_item') }))[0].function.name === 'set_lamp',
  'tool-none-ignored': async (look) =>
    (await callsOf(look, { messages: both, tool_choice: 'none' })).length > 0,
  'parallel-calls-forced': async (look) =>
    (await callsOf(look, { messages: both, parallel_tool_calls: false })).length === 2,
  'tool-arguments-cut': async (look) => !(await callsOf(look))[0].function.arguments.endsWith('}'),
  'tool-arguments-free': async (look) => !(await callsOf(look))[0].function.arguments.includes('k7q2'),
  'tool-arguments-object': async (look) => typeof (await callsOf(look))[0].function.arguments === 'object',
  'tool-call-without-id': async (look) => (await callsOf(look))[0].id === '',
  'tool-call-without-type': async (look) => (await callsOf(look))[0].type === undefined,
  'tool-arguments-twice-encoded': async (look) =>
    typeof JSON.parse((await callsOf(look))[0].function.arguments) === 'string',
  'tool-call-ids-equal': async (look) => {
    const [first, second] = await callsOf(look, { messages: both })
    return first.id === second.id
  },
  'tool-finish-stop': async (look) => {
    const { message, finish_reason } = await choiceOf(look)
    return finish_reason === 'stop' && message.tool_calls.length === 1
  },
  'tool-call-in-content': async (look) => {
    const { content, tool_calls } = (await choiceOf(look)).message
    return content.includes(tool_calls[0].function.arguments)
  },
  'tool-result-dropped': async (look) => !(await grows(look, (text) => text)),
  'tool-result-parts-dropped': async (look) => !(await grows(look, (text) => [{ type: 'text', text }])),
  'unknown-tool-500': async (look) => (await statusOf(look, { tool_choice: named('other') })) === 500,
  'malformed-tool-500': async (look) => (await statusOf(look, { tools: [{ type: 'function' }] })) === 500,
  'tools-null-500': async (look) => (await statusOf(look, { tools: null, tool_choice: undefined })) === 500,
})
