import { constraintOf, isRecord } from './constraint-of.ts'
import { ddmin } from './ddmin.ts'
import { type Asked, fieldsOf, plainHeaders } from './requests.ts'
import type { Sign } from './sign.ts'

type Fields = Readonly<Record<string, unknown>>

export type Minimal = { readonly asked: Asked; readonly changes: readonly string[] }

/** Without these a request says nothing, or asks for more than it did. */
const NEEDED = ['model', 'prompt', 'messages', 'max_tokens', 'max_completion_tokens']
const SHORT_PROMPT = 'Hi'
const LENGTHS = [1, 8, 16]

/** The smallest request that still passes `test`: headers, then fields, messages, the schema, the words of the prompt, the length. */
export async function minimise(
  whole: Asked,
  sign: Pick<Sign, 'keeps' | 'keepsLength'>,
  test: (asked: Asked) => Promise<boolean>,
): Promise<Minimal> {
  let asked = whole
  const changes: string[] = []
  const accept = async (candidate: Asked): Promise<boolean> => {
    if (!(await test(candidate))) return false
    asked = candidate
    return true
  }
  const plain = { ...whole, headers: plainHeaders(whole) }
  if (Object.keys(plain.headers).length < Object.keys(whole.headers).length && (await accept(plain)))
    changes.push('only the headers that it needs')
  const fields = fieldsOf(whole)
  if (!fields) return { asked, changes }

  const tryFields = (changed: Fields) => accept({ ...asked, body: JSON.stringify(changed) })
  const now = () => fieldsOf(asked) ?? fields
  await leaveOutFields(fields, sign.keeps, tryFields)
  const left = Object.keys(fields).filter((name) => !(name in now()))
  if (left.length > 0) changes.push(`without ${left.join(', ')}`)
  await leaveOutMessages(now, tryFields)
  if (JSON.stringify(now()['messages'])?.length < JSON.stringify(fields['messages'])?.length)
    changes.push('fewer or shorter messages')
  if (await shortenPrompt(now, tryFields)) changes.push('a shorter prompt')
  if (await smallerSchema(now, sign.keeps, tryFields)) changes.push('a smaller constraint')
  if (!sign.keepsLength && (await fewerTokens(now, tryFields))) changes.push('fewer tokens asked for')
  return { asked, changes }
}

type Try = (fields: Fields) => Promise<boolean>

async function leaveOutFields(fields: Fields, keeps: readonly string[], tryFields: Try): Promise<void> {
  const optional = Object.keys(fields).filter((name) => ![...NEEDED, ...keeps].includes(name))
  const required = Object.keys(fields).filter((name) => !optional.includes(name))
  await ddmin(optional, (kept) =>
    kept.length === optional.length ? Promise.resolve(true) : tryFields(only(fields, [...required, ...kept])),
  )
  // Last, so that a failure of a stream keeps it, and any other loses it.
  const rest = keeps.filter((name) => name === 'stream' && name in fields)
  if (rest.length > 0) {
    const kept = Object.keys(fields).filter((name) => !rest.includes(name) && !optional.includes(name))
    await tryFields(only(fields, kept))
  }
}

const only = (fields: Fields, names: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)))

async function leaveOutMessages(now: () => Fields, tryFields: Try): Promise<void> {
  const { messages } = now()
  if (!Array.isArray(messages)) return
  if (messages.length > 1 || !isShort(messages[0]))
    if (await tryFields({ ...now(), messages: [{ role: 'user', content: SHORT_PROMPT }] })) return
  if (messages.length > 1)
    await ddmin(messages, (kept) =>
      kept.length === 0 ? Promise.resolve(false) : tryFields({ ...now(), messages: kept }),
    )
}

const isShort = (message: unknown): boolean =>
  isRecord(message) &&
  typeof message['content'] === 'string' &&
  message['content'].length <= SHORT_PROMPT.length

async function shortenPrompt(now: () => Fields, tryFields: Try): Promise<boolean> {
  const { prompt } = now()
  if (typeof prompt !== 'string' || prompt.length <= SHORT_PROMPT.length) return false
  if (await tryFields({ ...now(), prompt: SHORT_PROMPT })) return true
  const words = prompt.split(/(?<=\s)/)
  const kept = await ddmin(words, (some) =>
    some.length === 0 ? Promise.resolve(false) : tryFields({ ...now(), prompt: some.join('') }),
  )
  return kept.length < words.length
}

/** Leaves out what can be left out of the value of each field that makes the constraint: a branch before its twigs. */
async function smallerSchema(now: () => Fields, names: readonly string[], tryFields: Try): Promise<boolean> {
  let isSmaller = false
  for (const name of names.filter((one) => isRecord(now()[one]) && constraintOf(now()) !== undefined)) {
    const refused = new Set<string>()
    const next = () => paths(now()[name]).find((path) => !refused.has(path.join('/')))
    for (let path = next(); path; path = next()) {
      const smaller = { ...now(), [name]: without(now()[name], path) }
      if (saysAsMuch(smaller, now()) && (await tryFields(smaller))) isSmaller = true
      else refused.add(path.join('/'))
    }
  }
  return isSmaller
}

/** A schema that allows everything is broken by nothing, and one without its type is no example that convinces. */
function saysAsMuch(smaller: Fields, before: Fields): boolean {
  const [own, that] = [constraintOf(smaller), constraintOf(before)]
  if (own === undefined || own.kind !== that?.kind) return false
  if (own.kind !== 'json-schema' || that.kind !== 'json-schema') return true
  const typeOf = (schema: unknown) => (isRecord(schema) ? schema['type'] : undefined)
  return typeOf(own.schema) === typeOf(that.schema)
}

/** Every place inside a value, the outer ones first. */
function paths(value: unknown, before: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return []
  const own = Object.keys(value).map((key) => [...before, key])
  const inner = Object.entries(value).flatMap(([key, part]) => paths(part, [...before, key]))
  return [...own, ...inner].toSorted((a, b) => a.length - b.length)
}

function without(value: unknown, [key = '', ...rest]: readonly string[]): unknown {
  if (Array.isArray(value))
    return rest.length === 0
      ? value.toSpliced(Number(key), 1)
      : value.with(Number(key), without(value[Number(key)], rest))
  if (!isRecord(value)) return value
  const { [key]: part, ...others } = value
  return rest.length === 0 ? others : { ...value, [key]: without(part, rest) }
}

async function fewerTokens(now: () => Fields, tryFields: Try): Promise<boolean> {
  const name = ['max_tokens', 'max_completion_tokens'].find((one) => typeof now()[one] === 'number')
  if (name === undefined) return false
  for (const length of LENGTHS)
    if (length < Number(now()[name]) && (await tryFields({ ...now(), [name]: length }))) return true
  return false
}
