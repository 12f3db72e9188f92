import { isObject } from '../fields.ts'
import type { SimConstraint } from '../job.ts'
import type { JsonObject } from './patch.ts'

/** Keywords whose value is a map from names to schemas: the names are no keywords. */
const MAPS = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']
/** Keywords whose value is an instance, not a schema. */
const INSTANCES = ['enum', 'const', 'default', 'examples', 'required']

/** A constraint with each schema inside it changed, innermost first, those of tools too; other kinds go through. */
export function editSchema(
  constraint: SimConstraint,
  change: (schema: JsonObject) => JsonObject,
): SimConstraint {
  const edit = <T>(schema: T) => (isObject(schema) ? editNode(schema, change) : schema)
  if (constraint.kind === 'json-schema') return { ...constraint, schema: edit(constraint.schema) }
  if (constraint.kind !== 'tool-calls') return constraint
  const calls = constraint.calls.map((call) => ({ ...call, parameters: edit(call.parameters) }))
  return { ...constraint, calls }
}

function editNode(schema: JsonObject, change: (schema: JsonObject) => JsonObject): JsonObject {
  const edit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(edit)
    return isObject(value) ? editNode(value, change) : value
  }
  const entries = Object.entries(schema).map(([keyword, value]) => {
    if (INSTANCES.includes(keyword)) return [keyword, value]
    if (!MAPS.includes(keyword) || !isObject(value)) return [keyword, edit(value)]
    return [keyword, Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, edit(inner)]))]
  })
  return change(Object.fromEntries(entries))
}

/** The schema without these keywords. */
export const without = (schema: JsonObject, keywords: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(schema).filter(([keyword]) => !keywords.includes(keyword)))
