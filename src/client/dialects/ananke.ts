import { z } from 'zod'
import type { Constraint, GenerationRequest } from '../../records/index.ts'
import type { Answer, Dialect } from '../dialect.ts'

// A failure is read leniently: an ill-shaped error must not hide that it is one.
const failureSchema = z.object({
  finish_reason: z.literal('error'),
  metadata: z.object({ error: z.unknown(), error_type: z.unknown() }).partial().nullish().catch(null),
})

const answerSchema = z.object({
  generated_text: z.string(),
  tokens_generated: z.int(),
  generation_time_ms: z.number(),
  constraint_satisfied: z.boolean(),
  model_name: z.string(),
  finish_reason: z.string().nullish(),
  metadata: z.object({ prompt_tokens: z.int().nullish(), request_id: z.unknown().optional() }).nullish(),
})

/** The Modal service of the origin story. It streams nothing, so it has no time to first token. */
export const ananke: Dialect = {
  name: 'ananke',
  capabilities: [
    'health',
    'usage',
    'json-schema',
    'regex',
    'stop',
    'constraint-flag',
    'reported-time',
    'sampling',
    'request-validation',
  ],
  operations: {
    health: { method: 'GET', path: '/health' },
    generate: { method: 'POST', path: '/generate_api' },
  },
  encode: (request) => ({ operation: 'generate', body: encode(request) }),
  decode,
  settle: () => ({
    wire: {},
    missing: {
      stream: 'its contract has no stream, so there is no time to first token',
      'error-status': 'its contract answers every error with HTTP 200 and finish_reason "error"',
    },
  }),
}

function encode(request: GenerationRequest): Record<string, unknown> {
  return {
    prompt: request.prompt,
    constraints: request.constraint && encodeConstraint(request.constraint),
    max_tokens: request.maxTokens,
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
    stop_sequences: request.stop,
  }
}

function encodeConstraint(constraint: Constraint): Record<string, unknown> {
  switch (constraint.kind) {
    case 'json-schema':
      return { json_schema: constraint.schema }
    case 'regex':
      return { regex_patterns: [constraint.pattern] }
    case 'grammar':
      return { grammar: constraint.grammar }
    default:
      throw new TypeError(
        `ananke cannot express a ${constraint.kind} constraint: look at its capabilities first`,
      )
  }
}

function decode(body: unknown): Answer {
  const failure = failureSchema.safeParse(body)
  if (failure.success) {
    const { error, error_type } = failure.data.metadata ?? {}
    return {
      text: '',
      finishReason: 'error',
      error: {
        message: typeof error === 'string' ? error : 'finish_reason "error" without a metadata.error',
        ...(typeof error_type === 'string' && { type: error_type }),
      },
    }
  }
  const answer = answerSchema.parse(body)
  const promptTokens = answer.metadata?.prompt_tokens
  return {
    text: answer.generated_text,
    finishReason: answer.finish_reason,
    usage: {
      completionTokens: answer.tokens_generated,
      ...(typeof promptTokens === 'number' && { promptTokens }),
    },
    identity: { ids: [answer.metadata?.request_id], models: [answer.model_name], created: [], objects: [] },
    reported: {
      model: answer.model_name,
      generationMs: answer.generation_time_ms,
      constraintSatisfied: answer.constraint_satisfied,
    },
  }
}
