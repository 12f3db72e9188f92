import { type Fields, isObject } from '../fields.ts'
import type { Sampling } from '../job.ts'
import { VOCABULARY_SIZE } from '../model/tokens.ts'
import { badValue, malformed } from '../refusal.ts'

type TokenFields = Pick<Sampling, 'bias' | 'allowedTokens' | 'stopTokens'>

/** The fields that name tokens by their ids. */
export function readTokenFields(fields: Fields): TokenFields {
  const bias = readBias(fields)
  const allowedTokens = readIds(fields, 'allowed_token_ids')
  const stopTokens = readIds(fields, 'stop_token_ids')
  if (allowedTokens?.length === 0)
    throw badValue('allowed_token_ids', 'allowed_token_ids is not None and empty!')
  return {
    ...(bias && { bias }),
    ...(allowedTokens && { allowedTokens }),
    ...(stopTokens && { stopTokens }),
  }
}

/** A bias beyond 100 is one of 100, as in vLLM. */
function readBias(fields: Fields): ReadonlyMap<number, number> | undefined {
  const given = fields.raw('logit_bias')
  if (given === undefined) return undefined
  if (!isObject(given)) throw malformed('logit_bias: Input should be a valid dictionary', 'logit_bias')
  const entries = Object.entries(given).map(([key, value]): [number, number] => {
    if (!/^\d+$/.test(key))
      throw badValue(
        'logit_bias',
        `logit_bias contains key(s) that cannot be converted to integer token IDs: ['${key}']`,
      )
    if (typeof value !== 'number') throw malformed('logit_bias: Input should be a valid number', 'logit_bias')
    return [Number(key), Math.max(-100, Math.min(100, value))]
  })
  refuseUnknown(
    entries.map(([id]) => id),
    'logit_bias',
  )
  return new Map(entries)
}

function readIds(fields: Fields, name: string): readonly number[] | undefined {
  const ids = fields.raw(name)
  if (ids === undefined) return undefined
  if (!Array.isArray(ids) || !ids.every((id) => Number.isSafeInteger(id) && id >= 0))
    throw malformed(`${name}: Input should be a list of token ids`, name)
  if (name === 'allowed_token_ids') refuseUnknown(ids, name)
  return ids
}

function refuseUnknown(ids: readonly number[], name: string): void {
  const unknown = ids.filter((id) => id >= VOCABULARY_SIZE)
  if (unknown.length > 0)
    throw badValue(
      name,
      `token_id(s) [${unknown.join(', ')}] in ${name} contain out-of-vocab token ids. Vocabulary size: ${VOCABULARY_SIZE}`,
    )
}
