import type { JsonSchema } from '../records/index.ts'
import type { RepeatedKey } from './scan-json.ts'

type Step = string | number
type Words = Readonly<Record<string, unknown>>
/** How a schema sees a key of one object: it names it, leaves it free, or allows no such key (or no object) at all. */
type Sight = 'declared' | 'free' | 'shut'

/** Parts of a schema that one judgement looks at: one that refers to itself in circles is taken as saying nothing. */
const MAX_LOOKS = 20_000
const MAX_NESTING = 100
const ALTERNATIVES = ['anyOf', 'oneOf'] as const

/**
 * The first key that stands twice in an object whose schema names it. A grammar can see to it that a named property comes once:
 * it writes them from a list. The keys of a free map it cannot remember, and neither RFC 8259 nor JSON Schema forbids to
 * repeat one: a constraint that let it pass has not been dropped.
 */
export function repeatedProperty(schema: JsonSchema, keys: readonly RepeatedKey[]): RepeatedKey | undefined {
  const looker = new Looker(isWords(schema) ? schema : {})
  return keys.find(({ path, key }) => {
    const here = path.reduce<unknown>((at, step) => looker.schemaOf(at, step), schema)
    return looker.sightOf(here, key) === 'declared'
  })
}

class Looker {
  readonly #root: Words
  #looks = 0

  constructor(root: Words) {
    this.#root = root
  }

  /** What a schema says of one member, as a schema. */
  schemaOf(schema: unknown, step: Step, nesting = 0): unknown {
    if (schema === false) return false
    if (!isWords(schema) || this.#isEnough(nesting)) return true
    if (!allows(schema, typeof step === 'number' ? 'array' : 'object')) return false
    const inner = (part: unknown) => this.schemaOf(part, step, nesting + 1)
    const own = typeof step === 'number' ? itemOf(schema, step) : memberOf(schema, step)
    const alternatives = branchesOf(schema).map((branches) => ({ anyOf: branches.map(inner) }))
    return { allOf: [...own, ...this.#alsoHeldTo(schema).map(inner), ...alternatives] }
  }

  sightOf(schema: unknown, key: string, nesting = 0): Sight {
    if (schema === false) return 'shut'
    if (!isWords(schema) || this.#isEnough(nesting)) return 'free'
    const inner = (part: unknown) => this.sightOf(part, key, nesting + 1)
    const sights = [
      ownSight(schema, key),
      ...this.#alsoHeldTo(schema).map(inner),
      // Of branches those count in which the key may stand: one that leaves it free is enough.
      ...branchesOf(schema).map((branches) => firstOf(['free', 'declared'], branches.map(inner)) ?? 'shut'),
    ]
    return firstOf(['declared', 'shut'], sights) ?? 'free'
  }

  #isEnough(nesting: number): boolean {
    this.#looks += 1
    return nesting > MAX_NESTING || this.#looks > MAX_LOOKS
  }

  /** The schemas that hold beside one's own words. */
  #alsoHeldTo({ allOf, $ref, then, else: otherwise }: Words): readonly unknown[] {
    const parts = [then, otherwise].filter((part) => part !== undefined)
    const referred = typeof $ref === 'string' ? [this.#resolved($ref)] : []
    return [...(Array.isArray(allOf) ? allOf : []), ...referred, ...parts]
  }

  /** A pointer within the schema; another document is not known here, and says nothing. */
  #resolved(ref: string): unknown {
    if (!ref.startsWith('#')) return true
    const steps = ref.slice(1).split('/').slice(1)
    return steps.reduce<unknown>((at, step) => {
      const name = step.replaceAll('~1', '/').replaceAll('~0', '~')
      return typeof at === 'object' && at !== null ? (at as Words)[name] : undefined
    }, this.#root)
  }
}

const firstOf = (wanted: readonly Sight[], sights: readonly Sight[]): Sight | undefined =>
  wanted.find((sight) => sights.includes(sight))

const branchesOf = (schema: Words): readonly (readonly unknown[])[] =>
  ALTERNATIVES.flatMap((word) => (Array.isArray(schema[word]) ? [schema[word]] : []))

function ownSight(schema: Words, key: string): Sight {
  if (!allows(schema, 'object')) return 'shut'
  if (Object.hasOwn(wordsOf(schema, 'properties'), key)) return 'declared'
  return schema['additionalProperties'] === false && matchingOf(schema, key).length === 0 ? 'shut' : 'free'
}

/** Whether a value may be an object or a list at all. */
function allows(schema: Words, type: 'object' | 'array'): boolean {
  const listed = 'const' in schema ? [schema['const']] : schema['enum']
  if (Array.isArray(listed) && listed.every((value) => typeof value !== 'object' || value === null))
    return false
  return schema['type'] === undefined || [schema['type']].flat().includes(type)
}

function memberOf(schema: Words, key: string): readonly unknown[] {
  const named = wordsOf(schema, 'properties')
  const known = [...(Object.hasOwn(named, key) ? [named[key]] : []), ...matchingOf(schema, key)]
  return known.length > 0 ? known : [schema['additionalProperties'] ?? true]
}

function itemOf({ prefixItems, items, additionalItems }: Words, index: number): readonly unknown[] {
  // Until draft 2019-09 a list of items had the place of prefixItems.
  const first = Array.isArray(items) ? items : Array.isArray(prefixItems) ? prefixItems : []
  if (index < first.length) return [first[index]]
  return [(Array.isArray(items) ? additionalItems : items) ?? true]
}

const matchingOf = (schema: Words, key: string): readonly unknown[] =>
  Object.entries(wordsOf(schema, 'patternProperties')).flatMap(([pattern, part]) =>
    matches(pattern, key) ? [part] : [],
  )

/** A pattern that is none matches nothing: the judgement of the whole answer says so. */
function matches(pattern: string, key: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(key)
  } catch {
    return false
  }
}

function wordsOf(schema: Words, word: string): Words {
  const value = schema[word]
  return isWords(value) ? value : {}
}

const isWords = (value: unknown): value is Words =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
