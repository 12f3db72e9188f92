import type { Node, Sink, Stack } from './automaton.ts'

/** A node whose cost depends on others, perhaps on itself: it is lowered until nothing changes. */
export interface Relaxable {
  /** Computes the cost anew; true when it fell. */
  relax(): boolean
}

/** Any of several nodes. It may be entered before it is filled, so that a schema can refer to itself. */
export class UnionNode implements Node, Relaxable {
  readonly #options: Node[] = []
  #leaves: readonly Node[] | undefined
  cost = Number.POSITIVE_INFINITY

  fill(options: readonly Node[]): void {
    this.#options.push(...options)
  }

  relax(): boolean {
    const cost = Math.min(Number.POSITIVE_INFINITY, ...this.#options.map((option) => option.cost))
    const fell = cost < this.cost
    this.cost = cost
    return fell
  }

  enter(below: Stack, out: Stack[]): void {
    this.#leaves ??= leavesOf(this)
    for (const leaf of this.#leaves) leaf.enter(below, out)
  }

  complete(sink: Sink): void {
    this.#cheapest()?.complete(sink)
  }

  options(): readonly Node[] {
    return this.#options
  }

  #cheapest(): Node | undefined {
    return this.#options.find((option) => option.cost === this.cost)
  }
}

/** What a union comes down to; one that holds itself (`anyOf: [{$ref: "#"}, …]`) adds nothing to itself. */
function leavesOf(union: UnionNode): readonly Node[] {
  const seen = new Set<Node>([union])
  for (const node of seen)
    if (node instanceof UnionNode) for (const option of node.options()) seen.add(option)
  return [...seen].filter((node) => !(node instanceof UnionNode) && Number.isFinite(node.cost))
}
