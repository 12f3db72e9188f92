import type { Frame, Node, Sink, Stack } from './automaton.ts'
import type { Relaxable } from './union-node.ts'

const [OPEN, CLOSE, COMMA] = [0x5b, 0x5d, 0x2c]

export type ArrayShape = {
  /** Schemas of the first items, by position. */
  readonly prefix: readonly Node[]
  /** Schema of all later ones. */
  readonly rest: Node
  readonly minItems: number
  readonly maxItems: number
}

export class ArrayNode implements Node, Relaxable {
  readonly #shape: ArrayShape
  cost = Number.POSITIVE_INFINITY

  constructor(shape: ArrayShape) {
    this.#shape = shape
  }

  relax(): boolean {
    const cost = 1 + this.costFrom(0)
    const fell = cost < this.cost
    this.cost = cost
    return fell
  }

  enter(below: Stack, out: Stack[]): void {
    out.push({ frame: new OpeningFrame(this), below })
  }

  complete(sink: Sink): void {
    sink.push(OPEN)
    this.completeFrom(0, sink)
  }

  canClose(count: number): boolean {
    return count >= this.#shape.minItems
  }

  /** The item at `index`, where one is allowed. */
  item(index: number): Node | undefined {
    if (index >= this.#shape.maxItems) return undefined
    const node = this.#item(index)
    return Number.isFinite(node.cost) && Number.isFinite(this.costFrom(index + 1)) ? node : undefined
  }

  costFrom(count: number): number {
    const { prefix, rest, minItems } = this.#shape
    let cost = 1
    for (let i = count; i < Math.min(minItems, prefix.length); i++) cost += 1 + (prefix[i]?.cost ?? 0)
    const repeats = Math.max(0, minItems - Math.max(count, prefix.length))
    return cost + (repeats > 0 ? repeats * (1 + rest.cost) : 0)
  }

  completeFrom(count: number, sink: Sink): void {
    for (let i = count; i < this.#shape.minItems; i++) {
      if (i > 0) sink.push(COMMA)
      this.#item(i).complete(sink)
    }
    sink.push(CLOSE)
  }

  #item(index: number): Node {
    return this.#shape.prefix[index] ?? this.#shape.rest
  }
}

class OpeningFrame implements Frame {
  readonly canEnd = false
  readonly #node: ArrayNode

  constructor(node: ArrayNode) {
    this.#node = node
  }

  get cost(): number {
    return this.#node.cost
  }

  step(byte: number, below: Stack, out: Stack[]): void {
    if (byte !== OPEN) return
    if (this.#node.canClose(0)) out.push({ frame: new ItemsFrame(this.#node, 0), below })
    this.#node.item(0)?.enter({ frame: new ItemsFrame(this.#node, 1), below }, out)
  }

  complete(sink: Sink): void {
    this.#node.complete(sink)
  }
}

/** After `count` whole items. */
class ItemsFrame implements Frame {
  readonly canEnd = false
  readonly #node: ArrayNode
  readonly #count: number

  constructor(node: ArrayNode, count: number) {
    this.#node = node
    this.#count = count
  }

  get cost(): number {
    return this.#node.costFrom(this.#count)
  }

  step(byte: number, below: Stack, out: Stack[]): void {
    if (byte === CLOSE && this.#node.canClose(this.#count)) out.push(below)
    if (byte === COMMA && this.#count > 0)
      this.#node.item(this.#count)?.enter({ frame: new ItemsFrame(this.#node, this.#count + 1), below }, out)
  }

  complete(sink: Sink): void {
    this.#node.completeFrom(this.#count, sink)
  }
}
