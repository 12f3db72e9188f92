import { type Fields, isObject } from '../fields.ts'
import type { Output, Usage } from '../job.ts'
import type { ResponseAsking } from './responses-request.ts'

/** One thing that a response holds: what was said, or a call. */
export type Item = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string }

export type Ended = 'in_progress' | 'completed' | 'incomplete' | 'failed'

export const textPart = (text: string, logprobs: readonly object[] | null) => ({
  ...{ annotations: [], text, type: 'output_text', logprobs },
})

export const messageItem = (id: string, status: string, content: readonly object[]): Item => ({
  ...{ id, content, role: 'assistant', status, type: 'message', phase: null },
})

export type FunctionCall = { readonly id: string; readonly callId: string; readonly name: string }

export const callItem = ({ id, callId, name }: FunctionCall, status: string, args: string): Item => ({
  ...{ arguments: args, call_id: callId, name, type: 'function_call', id },
  ...{ async: null, caller: null, namespace: null, status },
})

/** Each token of a text with its probability. */
export const tokenLogprobs = (outputs: readonly Output[], top: number): readonly object[] =>
  outputs.map(({ token, logprob }) => {
    const entry = { token, bytes: [...Buffer.from(token)], logprob }
    return { ...entry, top_logprobs: top === 0 ? [] : [entry] }
  })

/** The object that stands for a response wherever it is shown. It repeats what was asked for. */
export function responseObject(
  { id, createdAt, model }: { readonly id: string; readonly createdAt: number; readonly model: string },
  asking: ResponseAsking,
  { status, output, usage }: { status: Ended; output: readonly Item[]; usage: Usage | undefined },
) {
  const { fields, sampling, tools } = asking
  const optional = (name: string) => fields.raw(name) ?? null
  return {
    ...{ id, created_at: createdAt },
    incomplete_details: status === 'incomplete' ? { reason: 'max_output_tokens' } : null,
    ...{
      instructions: optional('instructions'),
      metadata: optional('metadata'),
      model,
      object: 'response',
      output,
    },
    parallel_tool_calls: fields.boolean('parallel_tool_calls') ?? true,
    temperature: sampling.temperature,
    tool_choice: tools || optional('tools') ? (fields.raw('tool_choice') ?? 'auto') : 'none',
    tools: toolsAgain(fields.raw('tools')),
    ...{ top_p: sampling.topP, background: false, max_output_tokens: sampling.maxTokens },
    ...{ max_tool_calls: optional('max_tool_calls'), previous_response_id: null, prompt: optional('prompt') },
    reasoning: reasoningAgain(fields.object('reasoning')),
    ...{ service_tier: fields.raw('service_tier') ?? 'auto', status, text: textAgain(fields) },
    top_logprobs: asking.listsLogprobs ? (asking.logprobs ?? null) : null,
    truncation: fields.raw('truncation') ?? 'disabled',
    usage: usage ? wireUsage(usage) : null,
    ...{ user: optional('user'), presence_penalty: sampling.presencePenalty },
    frequency_penalty: sampling.frequencyPenalty,
    ...{ kv_transfer_params: null, ec_transfer_params: null, input_messages: null, output_messages: null },
  }
}

const UNSAID = {
  allowed_callers: null,
  async: null,
  defer_loading: null,
  description: null,
  output_schema: null,
}

const toolsAgain = (tools: unknown) =>
  (Array.isArray(tools) ? tools : []).map((tool: unknown) =>
    isObject(tool) && tool['type'] === 'function' ? { strict: null, ...UNSAID, ...tool } : tool,
  )

function reasoningAgain(reasoning: Fields | undefined) {
  if (!reasoning) return null
  const said = (name: string) => reasoning.raw(name) ?? null
  return {
    ...{ context: said('context'), effort: said('effort'), generate_summary: said('generate_summary') },
    ...{ mode: said('mode'), summary: said('summary') },
  }
}

function textAgain(fields: Fields) {
  const text = fields.object('text')
  if (!text) return null
  const format = text.raw('format')
  const isSchema = isObject(format) && format['type'] === 'json_schema'
  return {
    format: isSchema ? { description: null, strict: null, ...format } : (format ?? null),
    verbosity: text.raw('verbosity') ?? null,
  }
}

const wireUsage = ({ promptTokens, completionTokens, totalTokens }: Usage) => ({
  input_tokens: promptTokens,
  input_tokens_details: { ...{ cached_tokens: 0, cache_write_tokens: 0 }, ...PER_INPUT_TURN },
  output_tokens: completionTokens,
  output_tokens_details: { ...{ reasoning_tokens: 0, tool_output_tokens: 0 }, ...PER_OUTPUT_TURN },
  total_tokens: totalTokens,
})

const PER_INPUT_TURN = { input_tokens_per_turn: [], cached_tokens_per_turn: [] }
const PER_OUTPUT_TURN = { output_tokens_per_turn: [], tool_output_tokens_per_turn: [] }
