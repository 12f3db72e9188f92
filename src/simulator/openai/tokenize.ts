import { Fields } from '../fields.ts'
import type { Asked } from '../hooks.ts'
import { json, type Reply } from '../http.ts'
import { malformed } from '../refusal.ts'
import type { Simulator } from '../simulator.ts'

/** `POST /tokenize`, for a plain prompt. */
export function tokenize({ facts }: Simulator, { body }: Asked): Reply {
  const prompt = new Fields(body).string('prompt')
  if (prompt === undefined) throw malformed('prompt: Field required', 'prompt')
  const tokens = facts.tokenizer.encode(prompt)
  return json(200, { count: tokens.length, max_model_len: facts.maxModelLen, tokens, token_strs: null })
}
