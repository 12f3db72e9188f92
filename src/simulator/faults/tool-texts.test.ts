import { callOnChat, chatBody } from '../testing/calls.ts'
import { testFaults } from '../testing/fault-table.ts'
import type { Look } from '../testing/observe.ts'
import { toolTextFaults } from './tool-texts.ts'

const tool = (parameters: object) => ({ type: 'function', function: { name: 'say', parameters } })
const saying = (text: string) => ({
  ...{ type: 'object', properties: { text: { const: text } }, required: ['text'] },
  additionalProperties: false,
})

async function argumentsOf(look: Look, parameters: object): Promise<string> {
  const fields = { tools: [tool(parameters)], tool_choice: 'required' }
  return (await callOnChat(look, fields)).choices[0].message.tool_calls[0].function.arguments
}

const call = (id: string) => ({ id, type: 'function', function: { name: 'say', arguments: '{}' } })
const statusOf = async ({ post }: Look, messages: readonly object[]) =>
  (await post('/v1/chat/completions', chatBody({ messages, tool_choice: 'none', max_tokens: 1 }))).status

async function tokensOf(look: Look, first: string): Promise<number> {
  const messages = [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: null, tool_calls: [call('c1'), call('c2')] },
    { role: 'tool', tool_call_id: 'c1', content: first },
    { role: 'tool', tool_call_id: 'c2', content: 'done' },
  ]
  return (await callOnChat(look, { messages, tool_choice: 'none', max_tokens: 1 })).usage.prompt_tokens
}

testFaults(toolTextFaults, {
  'tool-escapes-lost': async (look) => !(await argumentsOf(look, saying('say "hi"'))).includes('\\'),
  'tool-arguments-beyond-ascii-lost': async (look) =>
    (await argumentsOf(look, saying('Zoë'))).includes('Zo?'),
  'empty-arguments-no-json': async (look) =>
    (await argumentsOf(look, { type: 'object', properties: {}, additionalProperties: false })) === '',
  'tool-none-ignored-streamed': async ({ post }) => {
    const content = 'Call set_lamp and add_item, each once, in one answer.'
    const asked = chatBody({ messages: [{ role: 'user', content }], tool_choice: 'none', stream: true })
    return (await post('/v1/chat/completions', asked)).text.includes('"tool_calls":[')
  },
  'last-tool-result-only': async (look) =>
    (await tokensOf(look, 'a long result of some words')) === (await tokensOf(look, 'a')),
  'call-without-content-refused': async (look) =>
    (await statusOf(look, [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', tool_calls: [call('c1')] },
      { role: 'tool', tool_call_id: 'c1', content: 'done' },
    ])) === 400,
})
