import type { Capability, Constraint, GenerationRequest } from '../../records/index.ts'
import type { Dialect, Encoded, ServiceFacts, Settlement } from '../dialect.ts'
import { isAbsent, isFound } from '../route-status.ts'
import { decodeBody, decodeEvent, readModels } from './openai-wire.ts'

/** How a vLLM spells its own constraint kinds: 0.11 and later; 0.10 and before; none for other servers. */
type ConstraintSpelling = 'structured_outputs' | 'guided' | 'none'

type Variant = {
  readonly constraints: ConstraintSpelling
  readonly healthPath: string
  /** The operation that answers a request without a route, or for plain completion. */
  readonly completions: 'generate' | 'chat'
}

const OWN_CAPABILITIES: readonly Capability[] = [
  'health',
  'stream',
  'chat',
  'usage',
  'models',
  'metrics',
  'json-schema',
  'json-object',
  'regex',
  'choice',
  'seed',
  'stop',
  'error-status',
  'sampling',
  'request-validation',
]

/** OpenAI's completions and chat completions, as vLLM serves them. */
export const openai: Dialect = variant({
  constraints: 'structured_outputs',
  healthPath: '/health',
  completions: 'generate',
})

function variant(chosen: Variant): Dialect {
  return {
    name: 'openai',
    capabilities: OWN_CAPABILITIES,
    basePathSuffix: '/v1',
    operations: {
      health: { method: 'GET', path: chosen.healthPath },
      generate: { method: 'POST', path: '/v1/completions' },
      chat: { method: 'POST', path: '/v1/chat/completions' },
      models: { method: 'GET', path: '/v1/models' },
      version: { method: 'GET', path: '/version' },
      metrics: { method: 'GET', path: '/metrics' },
    },
    encode: (request, model) => encode(request, model, chosen),
    decode: decodeBody,
    stream: { terminator: '[DONE]', decode: decodeEvent },
    models: readModels,
    settle,
    adapt: (wire) =>
      variant({
        constraints:
          CONSTRAINT_SPELLINGS.find((spelling) => spelling === wire['constraints']) ?? chosen.constraints,
        healthPath: wire['health'] ?? chosen.healthPath,
        completions: wire['completions'] === 'chat' ? 'chat' : chosen.completions,
      }),
  }
}

const CONSTRAINT_SPELLINGS: readonly ConstraintSpelling[] = ['structured_outputs', 'guided', 'none']

function encode(request: GenerationRequest, model: string | undefined, chosen: Variant): Encoded {
  // OpenAI's own wire binds an answer's format on the chat route alone; vLLM binds it on both.
  const bindsOnChat = request.constraint !== undefined && chosen.constraints === 'none'
  const operation =
    request.route === 'chat' || (bindsOnChat && request.route === undefined) ? 'chat' : chosen.completions
  const body = {
    model,
    ...(operation === 'chat'
      ? { messages: [{ role: 'user', content: request.prompt }] }
      : { prompt: request.prompt }),
    max_tokens: request.maxTokens,
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
    seed: request.seed,
    stop: request.stop,
    min_tokens: request.minTokens,
    ignore_eos: request.ignoreEos,
    stream: request.stream ? true : undefined,
    stream_options: request.stream && request.includeUsage ? { include_usage: true } : undefined,
    ...(request.constraint && encodeConstraint(request.constraint, chosen.constraints)),
  }
  return { operation, body }
}

/** JSON goes as `response_format`, which every release binds; the rest has only vLLM's own, changing spelling. */
function encodeConstraint(constraint: Constraint, spelling: ConstraintSpelling): Record<string, unknown> {
  switch (constraint.kind) {
    case 'json-schema':
      return {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'answer', strict: true, schema: constraint.schema },
        },
      }
    case 'json-object':
      return { response_format: { type: 'json_object' } }
    case 'regex':
      return spell('regex', constraint.pattern, spelling)
    case 'choice':
      return spell('choice', constraint.choices, spelling)
    case 'grammar':
      return spell('grammar', constraint.grammar, spelling)
  }
}

function spell(kind: string, value: unknown, spelling: ConstraintSpelling): Record<string, unknown> {
  return spelling === 'guided' ? { [`guided_${kind}`]: value } : { structured_outputs: { [kind]: value } }
}

function settle(facts: ServiceFacts): Settlement {
  const { health, models, chat, generate } = facts.status
  const constraints = constraintSpelling(facts)
  const hasModelsForHealth = isAbsent(health) && isFound(models)
  const unknownSpelling = `how this server spells a constraint is unknown: it does not say that it is vLLM`
  return {
    wire: {
      constraints,
      ...(hasModelsForHealth && { health: '/v1/models' }),
      ...(isAbsent(generate) && !isAbsent(chat) && { completions: 'chat' }),
    },
    missing: {
      ...(constraints === 'none' && { regex: unknownSpelling, choice: unknownSpelling }),
      ...(hasModelsForHealth && {
        health: `GET /health is HTTP ${health}: GET /v1/models stands in for it`,
      }),
    },
  }
}

/** 0.11 brought `structured_outputs`; before it only `guided_*` binds. A build from source calls itself 0.1.dev. */
function constraintSpelling({ engine, version = '', status }: ServiceFacts): ConstraintSpelling {
  // Where /version is there and fails, nothing is known to be missing: the checks shall see it.
  if (engine !== 'vllm')
    return isAbsent(status.version) || isFound(status.version) ? 'none' : 'structured_outputs'
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? []
  if (major === undefined || /^0\.1\.dev/.test(version)) return 'structured_outputs'
  return Number(major) === 0 && Number(minor) <= 10 ? 'guided' : 'structured_outputs'
}
