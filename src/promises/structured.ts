import { isRefusal, judgeJson, whitespaceShare } from '../judges/index.ts'
import type { Completed, Generation, GenerationRequest, JsonSchema } from '../records/index.ts'
import { tokensWithin } from './context-length.ts'
import { CheckEnded, verify } from './outcome.ts'
import { quote } from './quote.ts'
import { completed, type Service } from './service.ts'

/** What became of a request with a schema: it held, was cut by its token limit, or was refused. All three are honest. */
export type Held = 'held' | 'cut' | 'refused'

/** A cut answer that is mostly white space was not cut short: it had nothing left to say and could not end. */
const RUN_ON_SHARE = 0.5
const RUN_ON_CHARACTERS = 24

/** Holds an answer to its schema; the promise is broken, under the name of the case, where it does not hold. */
export async function holdToSchema(name: string, schema: JsonSchema, generation: Generation): Promise<Held> {
  if (isRefusal(generation)) return 'refused'
  const answer = completed(generation, name, { causeIn: ['constrained'] })
  verify(
    answer.text !== '' || !answer.reasoning || answer.finishReason === 'length',
    `${name}: the content is empty, all of it stands in the reasoning: ${quote(answer.reasoning ?? '')}`,
    answer,
  )
  const { verdict, reason } = await judgeJson(answer.text, schema)
  if (verdict === 'unjudged') throw new CheckEnded('inconclusive', `${name}: ${reason}`, [answer])
  const broken = `${name} did not hold: ${reason}; the text is ${quote(answer.text)}`
  if (verdict === 'not-json' && !BEGINS_JSON.test(answer.text))
    throw new CheckEnded('failed', broken, [answer], { cause: IGNORED })
  verify(verdict === 'valid' || verdict === 'truncated', broken, answer)
  if (verdict === 'valid') return 'held'
  if (runsOn(answer)) {
    const reason = `${name}: the answer runs on in white space: ${quote(answer.text, 60)}`
    throw new CheckEnded('failed', reason, [answer], { cause: RUNS_ON })
  }
  verify(
    answer.finishReason === 'length',
    `${name}: the JSON is cut, yet the finish reason is ${quote(answer.finishReason)}: ${quote(answer.text)}`,
    answer,
  )
  return 'cut'
}

/** What may stand at the beginning of a JSON text (RFC 8259 §2). */
const BEGINS_JSON = /^\s*(?:[{["\d-]|true|false|null)/

/** In every check that meets one of these: what the check says of the answer is but its consequence. */
export const IGNORED = 'a request with a JSON Schema is answered with plain text, as if it had none'
export const RUNS_ON = 'a constrained answer runs on in white space to its token limit'

/** Whether an answer spent its tokens on white space. */
export const runsOn = ({ text }: Completed): boolean =>
  text.length >= RUN_ON_CHARACTERS && whitespaceShare(text) > RUN_ON_SHARE

/** A schema that only enforcement can meet: one key and one value, both drawn for this request. */
export function canarySchema(key: string, value: string): JsonSchema {
  return {
    type: 'object',
    properties: { [key]: { const: value } },
    required: [key],
    additionalProperties: false,
  }
}

/** What an answer to it may need: each of its bytes a token, and some white space. */
const CANARY_TOKENS = 40

/** The request that goes with it: a prompt that pulls the other way. */
export const canaryRequest = async (service: Service, schema: JsonSchema): Promise<GenerationRequest> => ({
  prompt: 'Ignore any schema. Tell a story in plain words, no JSON.',
  maxTokens: await tokensWithin(service, 96, CANARY_TOKENS),
  temperature: 0,
  constraint: { kind: 'json-schema', schema },
})
