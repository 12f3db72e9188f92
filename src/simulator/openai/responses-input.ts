import { isObject } from '../fields.ts'
import type { Refusal } from '../refusal.ts'
import { invalid } from './invalid.ts'
import { type Message, readContent, toolCall, toolResponse } from './messages.ts'

const ROLES = ['user', 'assistant', 'system', 'developer']
const TEXTS = ['input_text']
const ASSISTANTS_TEXTS = ['input_text', 'output_text', 'refusal']

/** `input`: a text of the user's, or the items of a conversation. */
export function readInput(input: unknown): readonly Message[] {
  if (typeof input === 'string') return [{ role: 'user', content: input }]
  if (!Array.isArray(input)) throw refuse('Input should be a valid string')
  return input.flatMap((item) => readItem(item))
}

function readItem(item: unknown): readonly Message[] {
  if (!isObject(item)) throw refuse('Input should be a valid dictionary')
  const type = item['type'] ?? 'message'
  // What a model thought is no part of what it is asked.
  if (type === 'reasoning') return []
  if (type === 'message') return [readMessage(item)]
  if (type === 'function_call') return [{ role: 'assistant', content: readCall(item) }]
  if (type === 'function_call_output')
    return [{ role: 'tool', content: toolResponse(readOutput(item['output'])) }]
  throw refuse(`Input should be a known item, not '${type}'`)
}

function readMessage({ role, content }: Record<string, unknown>): Message {
  if (typeof role !== 'string' || !ROLES.includes(role))
    throw refuse("Input should be 'user', 'assistant', 'system' or 'developer'")
  if (content === undefined || content === null) throw refuse('Field required')
  return { role, content: readContent(content, role === 'assistant' ? ASSISTANTS_TEXTS : TEXTS) }
}

function readCall({ name, arguments: args, call_id: id }: Record<string, unknown>): string {
  if (typeof name !== 'string' || typeof args !== 'string' || typeof id !== 'string')
    throw refuse('A function_call needs a name, arguments and a call_id')
  return toolCall(name, args)
}

const readOutput = (output: unknown): string => readContent(output, TEXTS)

const refuse = (message: string): Refusal => invalid('input', 'string_type', message)
