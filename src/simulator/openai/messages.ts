import { type Fields, isObject } from '../fields.ts'
import { malformed } from '../refusal.ts'
import type { LastTurn } from './tool-decision.ts'

export type Message = { readonly role: string; readonly content: string }

/** What the model reads of a conversation. */
export type Conversation = {
  readonly text: string
  /** With the template's own marks, for the count of its tokens. */
  readonly rendered: string
  /** The same without the mark of the answer that is to come. */
  readonly unanswered: string
  readonly lastTurn: LastTurn
}

export function toConversation(messages: readonly Message[]): Conversation {
  const unanswered = messages.map(({ role, content }) => `<|${role}|>\n${content}\n`).join('')
  const last = messages.at(-1)
  return {
    text: messages.map(({ content }) => content).join('\n'),
    rendered: `${unanswered}<|assistant|>\n`,
    unanswered,
    lastTurn: { role: last?.role ?? 'user', text: last?.content ?? '' },
  }
}

export function readMessages(fields: Fields): readonly Message[] {
  const messages = fields.raw('messages')
  if (!Array.isArray(messages)) throw malformed('messages: Input should be a valid list', 'messages')
  if (messages.length === 0) throw malformed('messages must not be empty.', 'messages')
  return messages.map((message) => {
    if (!isObject(message) || typeof message['role'] !== 'string')
      throw malformed('messages: each must be an object with a role', 'messages')
    const { role } = message
    if (message['content'] === null && role !== 'assistant')
      throw malformed('messages: content: Input should be a valid string', 'messages')
    const content = readContent(message['content'], ['text', 'refusal'])
    if (role === 'tool') return { role, content: toolResponse(content) }
    return {
      role,
      content: [content, ...readCalls(message['tool_calls'])].filter((text) => text !== '').join('\n'),
    }
  })
}

/** What a tool gave back, as the template of Hermes models shows it. */
export const toolResponse = (content: string): string => `<tool_response>\n${content}\n</tool_response>`

/** A call that the model made before. */
export const toolCall = (name: string, args: string): string =>
  `<tool_call>\n{"name": ${JSON.stringify(name)}, "arguments": ${args}}\n</tool_call>`

/** A text, or parts of which each has one; several parts are lines, as in vLLM. */
export function readContent(content: unknown, kinds: readonly string[]): string {
  if (content === undefined || content === null) return ''
  if (typeof content === 'string') return content
  if (!Array.isArray(content))
    throw malformed('messages: content: Input should be a valid string', 'messages')
  return content.map((part) => readPart(part, kinds)).join('\n')
}

function readPart(part: unknown, kinds: readonly string[]): string {
  if (isObject(part) && typeof part['type'] === 'string') {
    const text = part['type'] === 'refusal' ? part['refusal'] : part['text']
    if (kinds.includes(part['type']) && typeof text === 'string') return text
  }
  throw malformed('messages: only text content is supported', 'messages')
}

function readCalls(calls: unknown): readonly string[] {
  if (calls === undefined || calls === null) return []
  if (!Array.isArray(calls)) throw malformed('messages: tool_calls: Input should be a valid list', 'messages')
  return calls.map((call) => {
    const called = isObject(call) ? call['function'] : undefined
    if (isObject(called) && typeof called['name'] === 'string' && typeof called['arguments'] === 'string')
      return toolCall(called['name'], called['arguments'])
    throw malformed('messages: tool_calls: each needs a function with a name and arguments', 'messages')
  })
}
