import type { Capability, Constraint, GenerationRequest } from '../../records/index.ts'
import type { Dialect, Encoded, ServiceFacts, Settlement } from '../dialect.ts'
import { isAbsent, isClosed, isFound } from '../route-status.ts'
import { decodeBody, decodeEvent, readModels } from './openai-wire.ts'

/**
 * How a server spells the constraints that OpenAI's wire does not have: vLLM from 0.11 on; vLLM up to 0.10; SGLang, which has
 * `regex` and `ebnf` of their own; not at all.
 */
type ConstraintSpelling = 'structured_outputs' | 'guided' | 'regex' | 'none'

type GeneratingRoute = 'generate' | 'chat'

type Variant = {
  readonly constraints: ConstraintSpelling
  readonly healthPath: string
  /** The operation that answers a request without a route, or for plain completion. */
  readonly completions: GeneratingRoute
  /** The same for a request that is held to JSON, and for one with another constraint. */
  readonly formatted: GeneratingRoute
  readonly spelled: GeneratingRoute
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
  formatted: 'generate',
  spelled: 'generate',
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
    spellings: ['structured_outputs', 'guided', 'regex'],
    fields: {
      ...{ stream: 'stream', seed: 'seed', stop: 'stop' },
      ...{ 'json-schema': 'response_format', 'json-object': 'response_format' },
    },
    ownField: 'ignore_eos',
    settle,
    adapt: (wire) => {
      const completions = routeOf(wire['completions'], chosen.completions)
      return variant({
        constraints:
          CONSTRAINT_SPELLINGS.find((spelling) => spelling === wire['constraints']) ?? chosen.constraints,
        healthPath: wire['health'] ?? chosen.healthPath,
        completions,
        formatted: routeOf(wire['formatted'], completions),
        spelled: routeOf(wire['spelled'], completions),
      })
    },
  }
}

const CONSTRAINT_SPELLINGS: readonly ConstraintSpelling[] = ['structured_outputs', 'guided', 'regex', 'none']

/** The first of the routes in a value of the wire, such as `generate,chat`. */
const routeOf = (value: string | undefined, otherwise: GeneratingRoute): GeneratingRoute =>
  value?.startsWith('chat') ? 'chat' : value?.startsWith('generate') ? 'generate' : otherwise

function encode(request: GenerationRequest, model: string | undefined, chosen: Variant): Encoded {
  const operation = chooseOperation(request, chosen)
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

function chooseOperation({ route, constraint }: GenerationRequest, chosen: Variant): GeneratingRoute {
  if (route === 'chat') return 'chat'
  if (route === 'generate' || constraint === undefined) return chosen.completions
  return constraint.kind.startsWith('json') ? chosen.formatted : chosen.spelled
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

function spell(
  kind: 'regex' | 'choice' | 'grammar',
  value: string | readonly string[],
  spelling: ConstraintSpelling,
): Record<string, unknown> {
  if (spelling === 'guided') return { [`guided_${kind}`]: value }
  if (spelling !== 'regex') return { structured_outputs: { [kind]: value } }
  if (kind === 'grammar') return { ebnf: value }
  return { regex: typeof value === 'string' ? value : `(${value.map(escapeForRegex).join('|')})` }
}

const escapeForRegex = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

function settle(facts: ServiceFacts): Settlement {
  const { health, models, chat, generate } = facts.status
  const { constraints, spelled, missing } = settleConstraints(facts)
  const isHealthGone = isAbsent(health) || isClosed(health)
  const hasModelsForHealth = isHealthGone && isFound(models)
  const hasChat = chat !== undefined && !isAbsent(chat)
  return {
    wire: {
      constraints,
      ...(hasModelsForHealth && { health: '/v1/models' }),
      ...(isAbsent(generate) && !isAbsent(chat) && { completions: 'chat' }),
      // OpenAI's own wire holds an answer to a format on the chat route alone; vLLM does on both.
      ...(facts.engine !== 'vllm' && hasChat && { formatted: 'chat' }),
      ...(spelled && { spelled }),
    },
    missing: {
      ...missing,
      ...(hasModelsForHealth &&
        isAbsent(health) && { health: `GET /health is HTTP ${health}: GET /v1/models stands in for it` }),
    },
  }
}

type Constraints = Pick<Settlement, 'missing'> & {
  readonly constraints: ConstraintSpelling
  readonly spelled?: string
}

/** The spelling that binds. A vLLM on which none does drops constraints: its checks shall see that, in the spelling of its version. */
function settleConstraints({ engine, version, spelling }: ServiceFacts): Constraints {
  const { binds, on = [], fails, came } = spelling ?? {}
  const known = CONSTRAINT_SPELLINGS.find((one) => one === (binds ?? (engine === 'vllm' ? undefined : fails)))
  // A vLLM binds on each of its routes, or is broken; of others only what was seen is known.
  const spelled = engine !== 'vllm' && on.length > 0 && { spelled: on.join(',') }
  if (known) return { constraints: known, missing: {}, ...spelled }
  if (engine === 'vllm') return { constraints: spellingOf(version), missing: {} }
  const why = `no constraint of this kind binds here: ${came ?? 'nothing was generated to ask with'}`
  return { constraints: 'none', missing: { regex: why, choice: why } }
}

/**
 * 0.11 brought `structured_outputs`; before it only `guided_*` binds. A build from source calls itself 0.1.dev, and a router
 * in front has versions of its own, lower than any vLLM's that had constraints.
 */
function spellingOf(version = ''): ConstraintSpelling {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? []
  return Number(major) === 0 && Number(minor) >= 3 && Number(minor) <= 10 ? 'guided' : 'structured_outputs'
}
