import { type Fields, isObject } from '../fields.ts'
import type { SimConstraint } from '../job.ts'
import { badValue, malformed, Refusal } from '../refusal.ts'

/** The one constraint of a request, from either spelling. The old `guided_*` fields are ignored, as by the real server. */
export function readConstraint(fields: Fields): SimConstraint | undefined {
  const found = [readStructuredOutputs(fields), readResponseFormat(fields)].filter(
    (constraint) => constraint !== undefined,
  )
  if (found.length > 1)
    throw badValue('structured_outputs', 'Only one kind of structured outputs constraint can be given.')
  return found[0]
}

/** vLLM's own field for a constraint. */
export function readStructuredOutputs(fields: Fields): SimConstraint | undefined {
  const given = fields.object('structured_outputs')
  if (!given) return undefined
  const kinds = given.names().filter((name) => KINDS.includes(name) && given.raw(name) !== false)
  const [kind] = kinds
  if (kinds.length !== 1 || kind === undefined)
    throw badValue(
      'structured_outputs',
      `You must use one kind of structured outputs constraint but ${kinds.length} are specified: ${kinds.join(', ')}`,
    )
  if (kind === 'json')
    return { kind: 'json-schema', schema: readSchema(given.raw('json'), 'structured_outputs') }
  if (kind === 'json_object') return { kind: 'json-object' }
  if (kind === 'regex') return { kind: 'regex', pattern: given.string('regex') ?? '' }
  if (kind === 'choice') return { kind: 'choice', choices: readChoices(given) }
  throw new Refusal(
    501,
    'value',
    `structured_outputs.${kind} is not supported by this server.`,
    'structured_outputs',
  )
}

const KINDS = ['json', 'regex', 'choice', 'grammar', 'json_object', 'structural_tag']

function readChoices(given: Fields): readonly string[] {
  const choices = given.strings('choice') ?? []
  if (choices.length === 0) throw badValue('structured_outputs', 'choice must hold at least one string.')
  return choices
}

function readResponseFormat(fields: Fields): SimConstraint | undefined {
  const format = fields.object('response_format')
  if (!format) return undefined
  const type = format.string('type')
  if (type === 'text') return undefined
  if (type === 'json_object') return { kind: 'json-object' }
  if (type !== 'json_schema') throw malformed(`response_format.type: unknown type ${type}`, 'response_format')
  const wrapper = format.object('json_schema')
  const schema = wrapper?.raw('schema')
  if (schema === undefined)
    throw malformed(
      'response_format.json_schema.schema must be given when type is json_schema.',
      'response_format',
    )
  return { kind: 'json-schema', schema: readSchema(schema, 'response_format') }
}

/** A schema is an object or a boolean; vLLM also takes its JSON text. */
export function readSchema(value: unknown, param: string): Readonly<Record<string, unknown>> | boolean {
  const schema = typeof value === 'string' ? parseSchema(value, param) : value
  if (isObject(schema) || typeof schema === 'boolean') return schema
  throw badValue(param, 'A JSON schema must be an object.')
}

function parseSchema(text: string, param: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw badValue(param, 'The JSON schema is no valid JSON.')
  }
}
