import { Fields } from '../fields.ts'
import type { Asked } from '../hooks.ts'
import { json, type Reply } from '../http.ts'
import type { Simulator } from '../simulator.ts'
import { invalid, missing } from './invalid.ts'
import { readMessages, toConversation } from './messages.ts'

/** `POST /tokenize`, for a plain prompt or for messages as the chat route renders them. */
export function tokenize({ facts }: Simulator, { body }: Asked): Reply {
  const fields = new Fields(body)
  const tokens = facts.tokenizer.encode(readText(fields))
  return json(200, { count: tokens.length, max_model_len: facts.maxModelLen, tokens, token_strs: null })
}

function readText(fields: Fields): string {
  const prompt = fields.string('prompt')
  if (prompt !== undefined) return prompt
  if (fields.raw('messages') === undefined) throw missing('prompt')
  const { rendered, unanswered } = toConversation(readMessages(fields))
  return (fields.boolean('add_generation_prompt') ?? true) ? rendered : unanswered
}

/** `POST /detokenize`. */
export function detokenize({ facts }: Simulator, { body }: Asked): Reply {
  const tokens = new Fields(body).raw('tokens')
  if (tokens === undefined) throw missing('tokens')
  if (!Array.isArray(tokens)) throw invalid('tokens', 'list_type', 'Input should be a valid list')
  if (!tokens.every((id) => Number.isSafeInteger(id) && id >= 0))
    throw invalid('tokens.0', 'greater_than_equal', 'Input should be greater than or equal to 0')
  return json(200, { prompt: facts.tokenizer.decode(tokens) })
}
