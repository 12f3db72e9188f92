import type { Constraint } from '../records/index.ts'

/** The constraint of a request body, in each spelling that the dialects write; absent where it has none that can be judged. */
export function constraintOf(body: unknown): Constraint | undefined {
  if (!isRecord(body)) return undefined
  return formatOf(body['response_format']) ?? spelledIn(body) ?? ofAnanke(body['constraints'])
}

/** The fields of a body in which it stands. */
export const CONSTRAINT_FIELDS = [
  ...['response_format', 'structured_outputs', 'constraints', 'regex'],
  ...['guided_json', 'guided_regex', 'guided_choice'],
] as const

function formatOf(format: unknown): Constraint | undefined {
  if (!isRecord(format)) return undefined
  if (format['type'] === 'json_object') return { kind: 'json-object' }
  const { json_schema: named } = format
  return isRecord(named) ? schema(named['schema']) : undefined
}

function spelledIn(body: Fields): Constraint | undefined {
  const own = isRecord(body['structured_outputs']) ? body['structured_outputs'] : {}
  return (
    schema(own['json'] ?? body['guided_json']) ??
    pattern(own['regex'] ?? body['guided_regex'] ?? body['regex']) ??
    choice(own['choice'] ?? body['guided_choice'])
  )
}

/** A schema comes before a pattern there, and of several patterns the first one binds. */
function ofAnanke(constraints: unknown): Constraint | undefined {
  if (!isRecord(constraints)) return undefined
  const { json_schema: ofJson, regex_patterns: patterns } = constraints
  return schema(ofJson) ?? (Array.isArray(patterns) ? pattern(patterns[0]) : undefined)
}

const schema = (value: unknown): Constraint | undefined =>
  isRecord(value) ? { kind: 'json-schema', schema: value } : undefined

const pattern = (value: unknown): Constraint | undefined =>
  typeof value === 'string' ? { kind: 'regex', pattern: value } : undefined

const choice = (value: unknown): Constraint | undefined =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')
    ? { kind: 'choice', choices: value }
    : undefined

type Fields = Readonly<Record<string, unknown>>

export const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
