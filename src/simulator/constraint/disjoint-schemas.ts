import { accepts } from './accepts-value.ts'
import type { FlatSchema, Flatten, JsonType, NumberRules, ObjectRules } from './flat-schema.ts'
import { mergeFlat } from './merge-schemas.ts'
import type { Schema } from './schema.ts'

const MAX_DEPTH = 4

/** Whether provably no instance satisfies both. False only says that it was not proved. */
export function disjoint(a: FlatSchema, b: FlatSchema, flatten: Flatten, depth = 0): boolean {
  const merged = mergeFlat(a, b)
  if (!merged) return true
  if (merged.values) return !merged.values.some((value) => accepts(value, merged, flatten))
  const proofs: Readonly<Record<JsonType, () => boolean>> = {
    boolean: () => false,
    null: () => false,
    number: () => isEmptyRange(merged.number),
    string: () => merged.string.minLength > merged.string.maxLength,
    array: () => merged.array.minItems > merged.array.maxItems,
    object: () => depth < MAX_DEPTH && objectsDiffer(merged.object, a.object, b.object, flatten, depth),
  }
  return [...merged.types].every((type) => proofs[type]())
}

function isEmptyRange({ min, max }: NumberRules): boolean {
  if (!min || !max) return false
  return min.value > max.value || (min.value === max.value && !(min.inclusive && max.inclusive))
}

/** A property that must be there, and for which the two ask what excludes each other (or which one forbids). */
function objectsDiffer(
  merged: ObjectRules,
  a: ObjectRules,
  b: ObjectRules,
  flatten: Flatten,
  depth: number,
): boolean {
  if (merged.minProperties > merged.maxProperties) return true
  const flats = (rules: ObjectRules, name: string): readonly FlatSchema[] => {
    const schemas: readonly Schema[] = rules.properties.get(name) ?? rules.additional
    return flatten(schemas)
  }
  return [...merged.required].some((name) =>
    flats(a, name).every((x) => flats(b, name).every((y) => disjoint(x, y, flatten, depth + 1))),
  )
}
