import type { Node, Sink } from './automaton.ts'
import { type KeyTrie, keyBytes, keyTrie } from './key-trie.ts'

export type Property = { readonly name: string; readonly node: Node; readonly required: boolean }

export type ObjectShape = {
  /** In the order in which they are written. */
  readonly properties: readonly Property[]
  /** Schema of the properties that are not declared; they are written last. */
  readonly extra: Node
  readonly minProperties: number
  readonly maxProperties: number
}

/** Where an object stands: the next declared property, how many were written, and the names of undeclared ones. */
export type Progress = { readonly index: number; readonly count: number; readonly extras: readonly string[] }

export const BEGINNING: Progress = { index: 0, count: 0, extras: [] }

/** What may follow what in an object: declared properties in the schema's order, each at most once, then others. */
export class ObjectPlan {
  readonly shape: ObjectShape
  readonly #declared: ReadonlySet<string>
  #trie: KeyTrie | undefined

  constructor(shape: ObjectShape) {
    this.shape = shape
    this.#declared = new Set(shape.properties.map(({ name }) => name))
  }

  get trie(): KeyTrie {
    this.#trie ??= keyTrie(
      this.shape.properties.flatMap(({ name, node }, index) =>
        Number.isFinite(node.cost) ? [[index, name] as const] : [],
      ),
    )
    return this.#trie
  }

  isTaken(name: string, { extras }: Progress): boolean {
    return this.#declared.has(name) || extras.includes(name)
  }

  canClose({ index, count }: Progress): boolean {
    return count >= this.shape.minProperties && this.#requiredFrom(index) === 0
  }

  /** The last declared property that may come next and the first; undefined when none may. */
  choices({ index, count }: Progress): { readonly first: number; readonly last: number } | undefined {
    const { properties, maxProperties } = this.shape
    const mustWait = count + this.#requiredFrom(index) >= maxProperties
    let [first, last] = [-1, -1]
    for (let i = index; i < properties.length; i++) {
      const property = properties[i]
      const isOpen =
        Number.isFinite(property?.node.cost) && this.#isViable({ index: i + 1, count: count + 1 })
      if (isOpen && (property?.required || !mustWait)) {
        if (first < 0) first = i
        last = i
      }
      if (property?.required) break
    }
    return first < 0 ? undefined : { first, last }
  }

  canAddExtra({ index, count }: Progress): boolean {
    const { extra, maxProperties } = this.shape
    return Number.isFinite(extra.cost) && this.#requiredFrom(index) === 0 && count < maxProperties
  }

  afterProperty({ count, extras }: Progress, index: number): Progress {
    return { index: index + 1, count: count + 1, extras }
  }

  afterExtra({ count, extras }: Progress, name: string): Progress {
    return { index: this.shape.properties.length, count: count + 1, extras: [...extras, name] }
  }

  /** A short way to go on where another member is due. */
  nextMember(
    progress: Progress,
  ): { readonly name: string; readonly node: Node; readonly after: Progress } | undefined {
    const { properties, extra } = this.shape
    const choices = this.choices(progress)
    const last = choices && properties[choices.last]
    const index = last?.required ? choices?.last : choices?.first
    const chosen = properties[index ?? -1]
    if (index !== undefined && chosen)
      return { name: chosen.name, node: chosen.node, after: this.afterProperty(progress, index) }
    if (!this.canAddExtra(progress)) return undefined
    const name = this.freeName('', progress)
    return { name, node: extra, after: this.afterExtra(progress, name) }
  }

  /** `start` with as little added as makes a name that is not taken. */
  freeName(start: string, progress: Progress): string {
    if (start !== '' && !this.isTaken(start, progress)) return start
    for (let i = 0; ; i++) {
      const name = start + i.toString(36)
      if (!this.isTaken(name, progress)) return name
    }
  }

  costFrom(progress: Progress): number {
    const rest = this.#shortestRest(progress)
    if (!rest) return Number.POSITIVE_INFINITY
    const { extra } = this.shape
    const declared = rest.properties.reduce((sum, { name, node }) => sum + name.length + 4 + node.cost, 0)
    return 1 + declared + rest.extras * (8 + (rest.extras > 0 ? extra.cost : 0))
  }

  completeFrom(progress: Progress, sink: Sink): void {
    const rest = this.#shortestRest(progress)
    let isFirst = progress.count === 0
    const write = (name: string, node: Node) => {
      if (!isFirst) sink.push(0x2c)
      isFirst = false
      sink.push(...keyBytes(name))
      node.complete(sink)
    }
    for (const { name, node } of rest?.properties ?? []) write(name, node)
    let at = progress
    for (let left = rest?.extras ?? 0; left > 0; left--) {
      const name = this.freeName('', at)
      write(name, this.shape.extra)
      at = this.afterExtra(at, name)
    }
    sink.push(0x7d)
  }

  /** What has to be written still: the required properties, and as many others as minProperties asks for. */
  #shortestRest({ index, count }: { index: number; count: number }) {
    const { properties, extra, minProperties, maxProperties } = this.shape
    const required = this.#requiredFrom(index)
    if (count + required > maxProperties) return undefined
    let optional = Math.max(0, minProperties - count - required)
    const chosen = properties.slice(index).filter(({ required, node }) => {
      if (required) return true
      if (optional === 0 || !Number.isFinite(node.cost)) return false
      optional--
      return true
    })
    if (optional > 0 && !Number.isFinite(extra.cost)) return undefined
    return { properties: chosen, extras: optional }
  }

  #isViable({ index, count }: { index: number; count: number }): boolean {
    const { extra, minProperties, maxProperties } = this.shape
    if (count + this.#requiredFrom(index) > maxProperties) return false
    return Number.isFinite(extra.cost) || count + this.#openFrom(index) >= minProperties
  }

  #requiredAfter: readonly number[] | undefined
  #requiredFrom(index: number): number {
    this.#requiredAfter ??= suffixCounts(this.shape.properties, ({ required }) => required)
    return this.#requiredAfter[index] ?? 0
  }

  #openAfter: readonly number[] | undefined
  /** Asked only once all costs are known. */
  #openFrom(index: number): number {
    this.#openAfter ??= suffixCounts(this.shape.properties, ({ node }) => Number.isFinite(node.cost))
    return this.#openAfter[index] ?? 0
  }
}

/** By position: how many of the properties from there on satisfy `test`. */
function suffixCounts(properties: readonly Property[], test: (property: Property) => boolean): number[] {
  const counts = [0]
  for (const property of properties.toReversed()) counts.push((counts.at(-1) ?? 0) + (test(property) ? 1 : 0))
  return counts.reverse()
}
