import { matches } from './dfa.ts'
import { type FlatSchema, type Flatten, type JsonType, type NumberRules, sameJson } from './flat-schema.ts'
import { isRecord, type Schema } from './schema.ts'
import { stringDfas } from './string-dfas.ts'

/** Whether a value of enum or const satisfies the other keywords beside it. */
export function accepts(value: unknown, flat: FlatSchema, flatten: Flatten): boolean {
  if (!flat.types.has(typeOf(value))) return false
  const all = (item: unknown, schemas: readonly Schema[]) =>
    flatten(schemas).some((each) => accepts(item, each, flatten) && isListed(item, each))
  if (typeof value === 'number') return acceptsNumber(value, flat.number)
  if (typeof value === 'string') {
    const { minLength, maxLength } = flat.string
    const length = [...value].length
    return (
      length >= minLength &&
      length <= maxLength &&
      stringDfas(flat.string).every((dfa) => matches(dfa, value))
    )
  }
  if (Array.isArray(value)) {
    const { prefix, items, minItems, maxItems } = flat.array
    if (value.length < minItems || value.length > maxItems) return false
    return value.every((item, index) => all(item, prefix[index] ?? items))
  }
  if (!isRecord(value)) return true
  const { properties, additional, required, minProperties, maxProperties } = flat.object
  const entries = Object.entries(value)
  if (entries.length < minProperties || entries.length > maxProperties) return false
  if (![...required].every((name) => Object.hasOwn(value, name))) return false
  return entries.every(([name, item]) => all(item, properties.get(name) ?? additional))
}

const isListed = (value: unknown, { values }: FlatSchema): boolean =>
  !values || values.some((listed) => sameJson(listed, value))

function acceptsNumber(value: number, { integer, min, max, multiplesOf }: NumberRules): boolean {
  if (integer && !Number.isInteger(value)) return false
  if (min && (min.inclusive ? value < min.value : value <= min.value)) return false
  if (max && (max.inclusive ? value > max.value : value >= max.value)) return false
  return multiplesOf.every((multiple) => value % multiple === 0)
}

function typeOf(value: unknown): JsonType {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  const type = typeof value
  return type === 'string' || type === 'number' || type === 'boolean' ? type : 'object'
}
