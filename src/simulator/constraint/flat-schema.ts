import { refuse, unsatisfiable } from './constraint-error.ts'
import type { Bound } from './number-range.ts'
import {
  asSchema,
  asSchemas,
  checkKeywords,
  isRecord,
  readCount,
  readList,
  readNames,
  readNumber,
  readText,
  type Schema,
  type SchemaObject,
} from './schema.ts'

export type JsonType = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null'

/** One schema without its in-place applicators, by type of instance. A list of schemas stands for "all of them". */
export type FlatSchema = {
  readonly types: ReadonlySet<JsonType>
  /** From enum and const; absent: any. */
  readonly values?: readonly unknown[]
  readonly number: NumberRules
  readonly string: StringRules
  readonly array: ArrayRules
  readonly object: ObjectRules
}

export type NumberRules = {
  readonly integer: boolean
  readonly min?: Bound
  readonly max?: Bound
  readonly multiplesOf: readonly number[]
}
export type StringRules = {
  readonly minLength: number
  readonly maxLength: number
  readonly patterns: readonly string[]
  readonly formats: readonly string[]
}
export type ArrayRules = {
  readonly prefix: readonly (readonly Schema[])[]
  readonly items: readonly Schema[]
  readonly minItems: number
  readonly maxItems: number
}
export type ObjectRules = {
  readonly properties: ReadonlyMap<string, readonly Schema[]>
  readonly required: ReadonlySet<string>
  readonly additional: readonly Schema[]
  readonly minProperties: number
  readonly maxProperties: number
}

/** Rewrites "all of these schemas" as alternatives, of which any one will do. */
export type Flatten = (schemas: readonly Schema[]) => readonly FlatSchema[]

const TYPES: ReadonlySet<JsonType> = new Set(['object', 'array', 'string', 'number', 'boolean', 'null'])
const UNLIMITED = Number.POSITIVE_INFINITY

/** Reads the keywords of one schema object; each one is checked, none is passed over. */
export function readFlat(schema: SchemaObject): FlatSchema {
  checkKeywords(schema)
  const { types, integer } = readTypes(schema)
  const values = readValues(schema)
  return {
    types,
    ...(values && { values }),
    number: readNumberRules(schema, integer),
    string: readStringRules(schema),
    array: readArrayRules(schema),
    object: readObjectRules(schema),
  }
}

function readTypes(schema: SchemaObject): { types: ReadonlySet<JsonType>; integer: boolean } {
  const { type } = schema
  if (type === undefined) return { types: TYPES, integer: false }
  const names = Array.isArray(type) ? type : [type]
  if (names.length === 0) unsatisfiable('type', 'the list is empty')
  const isType = (name: unknown): name is JsonType => TYPES.has(name as JsonType)
  const types = names.map((name) =>
    name === 'integer'
      ? 'number'
      : isType(name)
        ? name
        : refuse('type', `${JSON.stringify(name)} is no type`),
  )
  return { types: new Set(types), integer: names.includes('integer') && !names.includes('number') }
}

function readValues(schema: SchemaObject): readonly unknown[] | undefined {
  const values = readList(schema, 'enum')
  if (values?.length === 0) unsatisfiable('enum', 'is empty')
  if (!('const' in schema)) return values
  return values ? values.filter((value) => sameJson(value, schema['const'])) : [schema['const']]
}

function readNumberRules(schema: SchemaObject, integer: boolean): NumberRules {
  const [least, most] = [readNumber(schema, 'minimum'), readNumber(schema, 'maximum')]
  const [above, below] = [readNumber(schema, 'exclusiveMinimum'), readNumber(schema, 'exclusiveMaximum')]
  const multiple = readNumber(schema, 'multipleOf')
  if (multiple !== undefined && multiple <= 0) refuse('multipleOf', 'is not above 0')
  if (multiple !== undefined && !Number.isSafeInteger(multiple))
    refuse('multipleOf', 'only whole numbers can be counted with')
  const min = tighter(inclusive(least), exclusive(above), 1)
  const max = tighter(inclusive(most), exclusive(below), -1)
  return {
    integer,
    ...(min && { min }),
    ...(max && { max }),
    multiplesOf: multiple === undefined ? [] : [multiple],
  }
}

const inclusive = (value?: number) => (value === undefined ? undefined : { value, inclusive: true })
const exclusive = (value?: number) => (value === undefined ? undefined : { value, inclusive: false })

/** The bound that leaves less; `sign` 1 for lower bounds, −1 for upper ones. */
export function tighter(a: Bound | undefined, b: Bound | undefined, sign: 1 | -1): Bound | undefined {
  if (!a || !b) return a ?? b
  if (a.value === b.value) return a.inclusive ? b : a
  return a.value * sign > b.value * sign ? a : b
}

function readStringRules(schema: SchemaObject): StringRules {
  const [pattern, format] = [readText(schema, 'pattern'), readText(schema, 'format')]
  return {
    minLength: readCount(schema, 'minLength', 0),
    maxLength: readCount(schema, 'maxLength', UNLIMITED),
    patterns: pattern === undefined ? [] : [pattern],
    formats: format === undefined ? [] : [format],
  }
}

function readArrayRules(schema: SchemaObject): ArrayRules {
  if (schema['uniqueItems'] !== undefined && schema['uniqueItems'] !== false)
    refuse('uniqueItems', 'only false is supported')
  const { items, additionalItems } = schema
  // Draft 7 and before spelled prefixItems as a list of items.
  const isTuple = Array.isArray(items)
  if (additionalItems !== undefined && !isTuple) refuse('additionalItems', 'needs a list of items')
  const prefix = isTuple ? items : (readList(schema, 'prefixItems') ?? [])
  const rest = isTuple ? additionalItems : items
  return {
    prefix: prefix.map((item) => [asSchema(item, 'prefixItems')]),
    items: rest === undefined ? [] : [asSchema(rest, 'items')],
    minItems: readCount(schema, 'minItems', 0),
    maxItems: readCount(schema, 'maxItems', UNLIMITED),
  }
}

function readObjectRules(schema: SchemaObject): ObjectRules {
  const properties = schema['properties'] ?? {}
  if (!isRecord(properties)) return refuse('properties', 'is not an object')
  const additional = schema['additionalProperties']
  return {
    properties: new Map(
      Object.entries(properties).map(([name, value]) => [name, [asSchema(value, `properties/${name}`)]]),
    ),
    required: new Set(readNames(schema, 'required')),
    additional: additional === undefined ? [] : [asSchema(additional, 'additionalProperties')],
    minProperties: readCount(schema, 'minProperties', 0),
    maxProperties: readCount(schema, 'maxProperties', UNLIMITED),
  }
}

/** The lists of alternatives of which one each must hold. */
export function readAlternatives(schema: SchemaObject): {
  readonly all: readonly Schema[]
  readonly any: readonly Schema[] | undefined
  readonly one: readonly Schema[] | undefined
  readonly reference: string | undefined
} {
  const read = (keyword: string) =>
    schema[keyword] === undefined ? undefined : asSchemas(schema[keyword], keyword)
  return {
    all: read('allOf') ?? [],
    any: read('anyOf'),
    one: read('oneOf'),
    reference: readText(schema, '$ref'),
  }
}

/** Equality as JSON Schema means it: the order of an object's keys does not count. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => sameJson(item, b[i]))
  if (!isRecord(a) || !isRecord(b)) return a === b
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  )
}
