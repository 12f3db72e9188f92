import { refuse } from './constraint-error.ts'
import { disjoint } from './disjoint-schemas.ts'
import { type FlatSchema, readAlternatives, readFlat } from './flat-schema.ts'
import { mergeFlat } from './merge-schemas.ts'
import { resolveReference, type Schema } from './schema.ts'

const MAX_ALTERNATIVES = 256

/** Rewrites schemas as alternatives without in-place applicators; properties and items stay as they are. */
export class Flattener {
  readonly #root: Schema
  readonly #known = new Map<Schema, readonly FlatSchema[]>()
  readonly #open = new Set<Schema>()

  constructor(root: Schema) {
    this.#root = root
  }

  /** What satisfies all of `schemas`: any one of the alternatives. None where nothing can. */
  flatten(schemas: readonly Schema[]): readonly FlatSchema[] {
    return schemas.map((schema) => this.#flattenOne(schema)).reduce(both, [readFlat({})])
  }

  #flattenOne(schema: Schema): readonly FlatSchema[] {
    if (typeof schema === 'boolean') return schema ? [readFlat({})] : []
    const known = this.#known.get(schema)
    if (known) return known
    if (this.#open.has(schema)) return refuse('$ref', 'the schema refers to itself without reading anything')
    this.#open.add(schema)
    const { all, any, one, reference } = readAlternatives(schema)
    let flats: readonly FlatSchema[] = [readFlat(schema)]
    if (reference !== undefined)
      flats = both(flats, this.#flattenOne(resolveReference(this.#root, reference)))
    flats = both(flats, this.flatten(all))
    if (any)
      flats = both(
        flats,
        any.flatMap((option) => this.#flattenOne(option)),
      )
    if (one) flats = both(flats, this.#exactlyOne(one))
    this.#open.delete(schema)
    this.#known.set(schema, flats)
    return flats
  }

  /** Where no instance can satisfy two options, "exactly one" is "any". */
  #exactlyOne(options: readonly Schema[]): readonly FlatSchema[] {
    const flats = options.map((option) => this.#flattenOne(option))
    flats.forEach((a, i) => {
      for (const b of flats.slice(i + 1))
        if (!a.every((x) => b.every((y) => disjoint(x, y, (schemas) => this.flatten(schemas)))))
          refuse(
            'oneOf',
            'an instance might satisfy two of the options; use anyOf, or tell them apart by a const',
          )
    })
    return flats.flat()
  }
}

function both(a: readonly FlatSchema[], b: readonly FlatSchema[]): readonly FlatSchema[] {
  if (a.length * b.length > MAX_ALTERNATIVES)
    refuse('allOf/anyOf/oneOf', `more than ${MAX_ALTERNATIVES} combinations`)
  return a.flatMap((x) => b.flatMap((y) => mergeFlat(x, y) ?? []))
}
