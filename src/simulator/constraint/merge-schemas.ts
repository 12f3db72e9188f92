import {
  type ArrayRules,
  type FlatSchema,
  type JsonType,
  type NumberRules,
  type ObjectRules,
  sameJson,
  tighter,
} from './flat-schema.ts'
import type { Schema } from './schema.ts'

/** Both schemas at once; undefined where they have no type or no value in common. */
export function mergeFlat(a: FlatSchema, b: FlatSchema): FlatSchema | undefined {
  const types: ReadonlySet<JsonType> = a.types.intersection(b.types)
  const values = mergeValues(a.values, b.values)
  if (types.size === 0 || values?.length === 0) return undefined
  return {
    types,
    ...(values && { values }),
    number: mergeNumbers(a.number, b.number),
    string: {
      minLength: Math.max(a.string.minLength, b.string.minLength),
      maxLength: Math.min(a.string.maxLength, b.string.maxLength),
      patterns: unique([...a.string.patterns, ...b.string.patterns]),
      formats: unique([...a.string.formats, ...b.string.formats]),
    },
    array: mergeArrays(a.array, b.array),
    object: mergeObjects(a.object, b.object),
  }
}

const unique = <T>(items: readonly T[]): readonly T[] => [...new Set(items)]

function mergeValues(a?: readonly unknown[], b?: readonly unknown[]): readonly unknown[] | undefined {
  if (!a || !b) return a ?? b
  return a.filter((value) => b.some((other) => sameJson(value, other)))
}

function mergeNumbers(a: NumberRules, b: NumberRules): NumberRules {
  const [min, max] = [tighter(a.min, b.min, 1), tighter(a.max, b.max, -1)]
  return {
    integer: a.integer || b.integer,
    ...(min && { min }),
    ...(max && { max }),
    multiplesOf: unique([...a.multiplesOf, ...b.multiplesOf]),
  }
}

function mergeArrays(a: ArrayRules, b: ArrayRules): ArrayRules {
  const length = Math.max(a.prefix.length, b.prefix.length)
  const at = (rules: ArrayRules, index: number): readonly Schema[] => rules.prefix[index] ?? rules.items
  return {
    prefix: Array.from({ length }, (_, index) => unique([...at(a, index), ...at(b, index)])),
    items: unique([...a.items, ...b.items]),
    minItems: Math.max(a.minItems, b.minItems),
    maxItems: Math.min(a.maxItems, b.maxItems),
  }
}

/** A name that only one side declares falls under the other side's additionalProperties. */
function mergeObjects(a: ObjectRules, b: ObjectRules): ObjectRules {
  const names = new Set([...a.properties.keys(), ...b.properties.keys()])
  const of = (rules: ObjectRules, name: string) => rules.properties.get(name) ?? rules.additional
  return {
    properties: new Map([...names].map((name) => [name, unique([...of(a, name), ...of(b, name)])])),
    required: new Set([...a.required, ...b.required]),
    additional: unique([...a.additional, ...b.additional]),
    minProperties: Math.max(a.minProperties, b.minProperties),
    maxProperties: Math.min(a.maxProperties, b.maxProperties),
  }
}
