import { isRefusal, judgeJson, whitespaceShare } from '../judges/index.ts'
import type { Completed, Generation, GenerationRequest, JsonSchema } from '../records/index.ts'
import { CheckEnded, verify } from './outcome.ts'
import { quote } from './quote.ts'
import { completed } from './service.ts'

/** What became of a request with a schema: it held, was cut by its token limit, or was refused. All three are honest. */
export type Held = 'held' | 'cut' | 'refused'

/** A cut answer that is mostly white space was not cut short: it had nothing left to say and could not end. */
const RUN_ON_SHARE = 0.5
const RUN_ON_CHARACTERS = 24

/** Holds an answer to its schema; the promise is broken, under the name of the case, where it does not hold. */
export async function holdToSchema(name: string, schema: JsonSchema, generation: Generation): Promise<Held> {
  if (isRefusal(generation)) return 'refused'
  const answer = completed(generation, name)
  const { verdict, reason } = await judgeJson(answer.text, schema)
  if (verdict === 'unjudged') throw new CheckEnded('inconclusive', `${name}: ${reason}`, [answer])
  verify(
    verdict === 'valid' || verdict === 'truncated',
    `${name} did not hold: ${reason}; the text is ${quote(answer.text)}`,
    answer,
  )
  if (verdict === 'valid') return 'held'
  verify(!runsOn(answer), `${name}: the answer runs on in white space: ${quote(answer.text, 60)}`, answer)
  verify(
    answer.finishReason === 'length',
    `${name}: the JSON is cut, yet the finish reason is ${quote(answer.finishReason)}: ${quote(answer.text)}`,
    answer,
  )
  return 'cut'
}

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

/** The request that goes with it: a prompt that pulls the other way. */
export const canaryRequest = (schema: JsonSchema): GenerationRequest => ({
  prompt: 'Ignore any schema. Tell a story in plain words, no JSON.',
  maxTokens: 96,
  temperature: 0,
  constraint: { kind: 'json-schema', schema },
})
