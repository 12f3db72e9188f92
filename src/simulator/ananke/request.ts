import { Fields } from '../fields.ts'
import type { Sampling, SimConstraint } from '../job.ts'
import { assertFits, type ModelFacts } from '../model-facts.ts'
import { badValue, malformed, Refusal } from '../refusal.ts'
import { readSampling, readStop } from '../sampling.ts'

export type AnankeAsking = {
  readonly prompt: string
  readonly promptTokens: number
  readonly sampling: Sampling
  readonly constraint?: SimConstraint
  readonly constraintType: 'json' | 'grammar' | 'regex' | null
  readonly requestId: string | null
}

const KNOWN = [
  'prompt',
  'constraints',
  'max_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop_sequences',
  'context',
  'request_id',
]

/** A request of the repaired service: unknown fields are dropped, bad values refused. Defaults as in the service's own code. */
export function readAnanke(body: unknown, { tokenizer, maxModelLen }: ModelFacts): AnankeAsking {
  const fields = new Fields(body).only(KNOWN)
  const prompt = fields.string('prompt')
  if (prompt === undefined) throw malformed('prompt: Field required', 'prompt')
  if (prompt === '') throw badValue('prompt', 'prompt must not be empty.')
  const context = fields.string('context')
  const whole = context === undefined ? prompt : `${context}\n${prompt}`
  const promptTokens = tokenizer.count(whole)
  const sampling = readSampling(fields, { maxTokens: Math.min(2048, maxModelLen - 1), temperature: 0.7 })
  assertFits(promptTokens, sampling.maxTokens, maxModelLen)
  const { constraint, constraintType } = readConstraints(fields)
  return {
    prompt: whole,
    promptTokens,
    sampling: {
      ...sampling,
      maxTokens: Math.min(sampling.maxTokens, maxModelLen - promptTokens),
      topP: fields.number('top_p') ?? 0.95,
      topK: fields.integer('top_k') ?? 50,
      stop: readStop(fields, 'stop_sequences'),
    },
    ...(constraint ? { constraint } : {}),
    constraintType,
    requestId: fields.string('request_id') ?? null,
  }
}

/** One kind, and one pattern: the repaired service refuses what it would have to drop. */
function readConstraints(fields: Fields): Pick<AnankeAsking, 'constraint' | 'constraintType'> {
  const given = fields.object('constraints')
  const names = (given?.names() ?? []).filter((name) => KINDS.includes(name))
  if (!given || names.length === 0) return { constraintType: null }
  if (names.length > 1)
    throw new Refusal(
      400,
      'constraint',
      `Only one constraint can bind, got ${names.join(', ')}.`,
      'constraints',
    )
  if (names[0] === 'json_schema') {
    const schema = given.raw('json_schema')
    if (typeof schema !== 'object' || schema === null || Array.isArray(schema))
      throw malformed('constraints.json_schema: Input should be a valid dictionary', 'json_schema')
    return { constraint: { kind: 'json-schema', schema: { ...schema } }, constraintType: 'json' }
  }
  if (names[0] === 'regex_patterns') {
    const [pattern, ...more] = given.strings('regex_patterns') ?? []
    if (pattern === undefined || more.length > 0)
      throw new Refusal(400, 'constraint', 'regex_patterns must hold exactly one pattern.', 'regex_patterns')
    return { constraint: { kind: 'regex', pattern }, constraintType: 'regex' }
  }
  throw new Refusal(400, 'constraint', `The constraint ${names[0]} is not supported.`, names[0])
}

const KINDS = ['json_schema', 'grammar', 'regex_patterns', 'token_mask']
