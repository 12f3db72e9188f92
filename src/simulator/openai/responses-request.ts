import { Fields, isObject } from '../fields.ts'
import type { SimConstraint } from '../job.ts'
import { assertFits, type ModelFacts } from '../model-facts.ts'
import { badValue, Refusal } from '../refusal.ts'
import { readSampling } from '../sampling.ts'
import { readSchema, readStructuredOutputs } from './constraint.ts'
import { invalid, missing } from './invalid.ts'
import { type Conversation, toConversation } from './messages.ts'
import { type Asking, assertModel } from './request.ts'
import { readInput } from './responses-input.ts'
import { readResponseTools } from './responses-tools.ts'

/** A request for a response: what is generated, and the fields that the answer repeats. */
export type ResponseAsking = Asking & { readonly fields: Fields; readonly listsLogprobs: boolean }

/** Optional fields that this route, unlike chat, does not take as null. */
const NEVER_NULL = ['tools', 'tool_choice', 'service_tier']

/** `POST /v1/responses`. Nothing is stored, as by a vLLM that was not told to: no earlier response can be gone on from. */
export function readResponseRequest(body: unknown, facts: ModelFacts): ResponseAsking {
  const fields = new Fields(body)
  if (!isObject(body) || !('input' in body)) throw missing('input')
  for (const name of NEVER_NULL)
    if (body[name] === null) throw invalid(name, 'literal_error', 'Input should not be None')
  const conversation = readConversation(fields)
  const tools = readResponseTools(fields)
  assertModel(fields, facts)
  refuseStored(fields)
  const tokens = facts.tokenizer.count(conversation.rendered)
  const sampling = readSampling(fields, {
    maxTokens: readCap(fields, facts) ?? Math.max(1, facts.maxModelLen - tokens),
    maxTokensField: 'max_output_tokens',
    temperature: 1,
  })
  assertFits(tokens, sampling.maxTokens, facts.maxModelLen)
  const constraint = readStructuredOutputs(fields) ?? readTextFormat(fields)
  const listsLogprobs = (fields.strings('include') ?? []).includes('message.output_text.logprobs')
  return {
    fields,
    listsLogprobs,
    prompts: [{ text: conversation.text, rendered: conversation.rendered, tokens }],
    n: 1,
    sampling: { ...sampling, maxTokens: Math.min(sampling.maxTokens, facts.maxModelLen - tokens) },
    ...(constraint && { constraint }),
    ...(tools && { tools, lastTurn: conversation.lastTurn }),
    stream: fields.boolean('stream') ?? false,
    includeUsage: false,
    ...{ namesIds: false, returnsIds: false },
    echo: false,
    ...(listsLogprobs && { logprobs: fields.integer('top_logprobs') ?? 0 }),
  }
}

function readConversation(fields: Fields): Conversation {
  const instructions = fields.string('instructions')
  const messages = readInput(fields.raw('input'))
  if (messages.length === 0)
    throw new Refusal(400, 'value', 'Cannot apply chat template to an empty conversation.')
  return toConversation([
    ...(instructions === undefined ? [] : [{ role: 'system', content: instructions }]),
    ...messages,
  ])
}

function readCap(fields: Fields, { maxModelLen }: ModelFacts): number | undefined {
  const cap = fields.integer('max_output_tokens')
  // It names the field that its engine has.
  if (cap !== undefined && cap < 1) throw badValue('max_tokens', `max_tokens must be at least 1, got ${cap}.`)
  if (cap !== undefined && cap > maxModelLen)
    throw badValue(
      'max_output_tokens',
      `max_output_tokens=${cap} cannot be greater than max_model_len=${maxModelLen}. Please request fewer output tokens.`,
    )
  return cap
}

function refuseStored(fields: Fields): void {
  const previous = fields.string('previous_response_id')
  if (previous !== undefined) throw unknownResponse(previous)
  if (fields.boolean('background'))
    throw new Refusal(
      400,
      'not-offered',
      'This server does not support `store=True` and therefore does not support the background mode.',
      'background',
    )
}

export const unknownResponse = (id: string): Refusal =>
  new Refusal(404, 'not-offered', `Response with id '${id}' not found.`, 'response_id')

function readTextFormat(fields: Fields): SimConstraint | undefined {
  const format = fields.object('text')?.object('format')
  const type = format?.string('type')
  if (!format || type === 'text') return undefined
  if (type === 'json_object') return { kind: 'json-object' }
  if (type !== 'json_schema')
    throw invalid('text.format.type', 'literal_error', "Input should be 'json_schema'")
  if (format.string('name') === undefined) throw missing('text.format.name')
  const schema = format.raw('schema')
  if (schema === undefined) throw missing('text.format.schema')
  return { kind: 'json-schema', schema: readSchema(schema, 'text') }
}
