import { refuse } from './constraint-error.ts'

export type SchemaObject = Readonly<Record<string, unknown>>
export type Schema = boolean | SchemaObject

const ANNOTATIONS = new Set([
  '$schema',
  '$comment',
  '$defs',
  'definitions',
  '$id',
  'title',
  'description',
  'default',
  'example',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  'discriminator',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
])

const HELD = new Set(
  (
    '$ref type enum const allOf anyOf oneOf ' +
    'properties required additionalProperties minProperties maxProperties ' +
    'items prefixItems additionalItems minItems maxItems uniqueItems ' +
    'minLength maxLength pattern format ' +
    'minimum maximum exclusiveMinimum exclusiveMaximum multipleOf'
  ).split(' '),
)

/** Refuses every keyword that would bind and cannot be held; what is unknown might bind, so it is refused too. */
export function checkKeywords(schema: SchemaObject): void {
  for (const keyword of Object.keys(schema))
    if (!HELD.has(keyword) && !ANNOTATIONS.has(keyword) && !keyword.startsWith('x-'))
      refuse(keyword, 'this keyword is not supported')
}

export function asSchema(value: unknown, keyword: string): Schema {
  if (typeof value === 'boolean') return value
  return isRecord(value) ? value : refuse(keyword, 'is not a schema (an object, true or false)')
}

export function asSchemas(value: unknown, keyword: string): readonly Schema[] {
  if (!Array.isArray(value) || value.length === 0) return refuse(keyword, 'is not a list of schemas')
  return value.map((item) => asSchema(item, keyword))
}

export const isRecord = (value: unknown): value is SchemaObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A count: an integer from 0 up. */
export function readCount(schema: SchemaObject, keyword: string, fallback: number): number {
  const value = schema[keyword]
  if (value === undefined) return fallback
  return Number.isSafeInteger(value) && Number(value) >= 0
    ? Number(value)
    : refuse(keyword, 'is not an integer from 0 up')
}

export function readNumber(schema: SchemaObject, keyword: string): number | undefined {
  const value = schema[keyword]
  if (value === undefined) return undefined
  return typeof value === 'number' && Number.isFinite(value) ? value : refuse(keyword, 'is not a number')
}

export function readText(schema: SchemaObject, keyword: string): string | undefined {
  const value = schema[keyword]
  if (value === undefined) return undefined
  return typeof value === 'string' ? value : refuse(keyword, 'is not a string')
}

export function readList(schema: SchemaObject, keyword: string): readonly unknown[] | undefined {
  const value = schema[keyword]
  if (value === undefined) return undefined
  return Array.isArray(value) ? value : refuse(keyword, 'is not a list')
}

export function readNames(schema: SchemaObject, keyword: string): readonly string[] {
  const names = readList(schema, keyword) ?? []
  return names.map((name) => (typeof name === 'string' ? name : refuse(keyword, 'is not a list of strings')))
}

/** Finds what a local reference (`#`, `#/$defs/x`) points at. */
export function resolveReference(root: Schema, reference: string): Schema {
  if (reference !== '#' && !reference.startsWith('#/'))
    refuse('$ref', `${reference} is not local: only # and #/… can be followed`)
  let at: unknown = root
  for (const part of decodePointer(reference)) {
    const holds = (isRecord(at) || Array.isArray(at)) && Object.hasOwn(at, part)
    if (!holds) return refuse('$ref', `${reference} points at nothing`)
    at = (at as SchemaObject)[part]
  }
  return asSchema(at, `$ref ${reference}`)
}

function decodePointer(reference: string): string[] {
  try {
    const parts = decodeURIComponent(reference.slice(1)).split('/').slice(1)
    return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  } catch {
    return refuse('$ref', `${reference} is not a valid pointer`)
  }
}
