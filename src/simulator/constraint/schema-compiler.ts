import { accepts } from './accepts-value.ts'
import { ArrayNode } from './array-node.ts'
import type { Node } from './automaton.ts'
import { refuse, UnsatisfiableError, unsatisfiable } from './constraint-error.ts'
import type { FlatSchema, JsonType, NumberRules } from './flat-schema.ts'
import { Flattener } from './flatten-schema.ts'
import { LiteralNode } from './literal-node.ts'
import { numberDfa } from './number-range.ts'
import { ObjectNode } from './object-node.ts'
import type { Schema } from './schema.ts'
import { stringDfa } from './string-dfas.ts'
import { TextNode } from './text-node.ts'
import { type Relaxable, UnionNode } from './union-node.ts'

const MAX_NODES = 10_000
const MAX_DEPTH = 100
const MAX_MIN_PROPERTIES = 1000

/** Compiles a JSON Schema to the grammar of its compact texts. */
export function compileSchema(root: Schema): Node {
  const compiler = new SchemaCompiler(root)
  const node = compiler.compile([root])
  compiler.settle()
  return node
}

class SchemaCompiler {
  readonly #flattener: Flattener
  readonly #ids = new Map<Schema, number>()
  readonly #nodes = new Map<string, UnionNode>()
  readonly #relaxable: Relaxable[] = []
  readonly #numbers = new Map<string, TextNode>()
  readonly #strings = new Map<string, TextNode>()
  #depth = 0

  constructor(root: Schema) {
    this.#flattener = new Flattener(root)
  }

  /** The node of "all of these schemas": one for each set of schemas, so that recursion closes. */
  compile(schemas: readonly Schema[]): UnionNode {
    const binding = schemas.filter((schema) => schema !== true)
    const ids = [...new Set(binding.map((schema) => this.#idOf(schema)))].sort((a, b) => a - b)
    const known = this.#nodes.get(ids.join())
    if (known) return known
    if (this.#nodes.size >= MAX_NODES) refuse('schema', `has more than ${MAX_NODES} parts`)
    if (++this.#depth > MAX_DEPTH) refuse('schema', `is nested deeper than ${MAX_DEPTH}`)
    const node = new UnionNode()
    this.#nodes.set(ids.join(), node)
    node.fill(this.#alternatives(this.#flattener.flatten(binding)))
    this.#relaxable.push(node)
    this.#depth--
    return node
  }

  /** Knuth's generalisation of shortest paths (1977): costs fall until none does; what stays infinite is empty. */
  settle(): void {
    let fell = true
    while (fell) fell = this.#relaxable.map((node) => node.relax()).includes(true)
  }

  #idOf(schema: Schema): number {
    const id = this.#ids.get(schema) ?? this.#ids.size
    this.#ids.set(schema, id)
    return id
  }

  #alternatives(flats: readonly FlatSchema[]): readonly Node[] {
    const nodes: Node[] = []
    let reason: UnsatisfiableError | undefined
    for (const flat of flats) {
      for (const build of this.#builders(flat)) {
        try {
          nodes.push(build())
        } catch (error) {
          if (!(error instanceof UnsatisfiableError)) throw error
          reason ??= error
        }
      }
    }
    if (nodes.length === 0 && reason) throw reason
    return nodes
  }

  #builders(flat: FlatSchema): readonly (() => Node)[] {
    if (flat.values) return [() => this.#literals(flat, flat.values ?? [])]
    const byType: Readonly<Record<JsonType, () => Node>> = {
      object: () => this.#object(flat),
      array: () => this.#array(flat),
      string: () => this.#string(flat),
      number: () => this.#number(flat.number),
      boolean: () => new LiteralNode(['true', 'false']),
      null: () => new LiteralNode(['null']),
    }
    return [...flat.types].map((type) => byType[type])
  }

  #literals(flat: FlatSchema, values: readonly unknown[]): Node {
    const held = values.filter((value) => accepts(value, flat, (schemas) => this.#flattener.flatten(schemas)))
    if (held.length === 0) unsatisfiable('enum/const', 'no value satisfies the keywords beside it')
    return new LiteralNode(held.map((value) => JSON.stringify(value)))
  }

  #string({ string }: FlatSchema): Node {
    const { minLength, maxLength } = string
    return remember(
      this.#strings,
      JSON.stringify([string, String(maxLength)]),
      () => new TextNode({ dfa: stringDfa(string), minLength, maxLength, form: 'json' }),
    )
  }

  #number({ integer, min, max, multiplesOf }: NumberRules): Node {
    const multipleOf = multiplesOf.length === 0 ? undefined : multiplesOf.reduce(leastCommonMultiple)
    const range = { integer, ...(min && { min }), ...(max && { max }), ...(multipleOf && { multipleOf }) }
    return remember(
      this.#numbers,
      JSON.stringify(range),
      () => new TextNode({ dfa: numberDfa(range), form: 'raw' }),
    )
  }

  #array({ array }: FlatSchema): Node {
    const { prefix, items, minItems, maxItems } = array
    if (minItems > maxItems) unsatisfiable('minItems', `${minItems} is above maxItems ${maxItems}`)
    const first = prefix.slice(0, maxItems).map((schemas) => this.compile(schemas))
    const node = new ArrayNode({ prefix: first, rest: this.compile(items), minItems, maxItems })
    this.#relaxable.push(node)
    return node
  }

  #object({ object }: FlatSchema): Node {
    const { properties, required, additional, minProperties, maxProperties } = object
    if (minProperties > maxProperties)
      unsatisfiable('minProperties', `${minProperties} is above maxProperties ${maxProperties}`)
    if (minProperties > MAX_MIN_PROPERTIES) refuse('minProperties', `above ${MAX_MIN_PROPERTIES}`)
    const names = [...properties.keys(), ...[...required].filter((name) => !properties.has(name))]
    const node = new ObjectNode({
      properties: names.map((name) => ({
        name,
        node: this.compile(properties.get(name) ?? additional),
        required: required.has(name),
      })),
      extra: this.compile(additional),
      minProperties,
      maxProperties,
    })
    this.#relaxable.push(node)
    return node
  }
}

function remember(known: Map<string, TextNode>, key: string, build: () => TextNode): TextNode {
  const node = known.get(key) ?? build()
  known.set(key, node)
  return node
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b]
  while (y > 0) [x, y] = [y, x % y]
  return (a / x) * b
}
