import { enterWith, type Frame, type Node, type Sink, type Stack } from './automaton.ts'

/** One part after the other. The last one must not be able to end before its last byte. */
export class SequenceNode implements Node {
  readonly #parts: readonly Node[]

  constructor(parts: readonly Node[]) {
    this.#parts = parts
  }

  get cost(): number {
    return this.#parts.reduce((sum, { cost }) => sum + cost, 0)
  }

  enter(below: Stack, out: Stack[]): void {
    const [first, ...rest] = this.#parts
    first?.enter(rest.length > 0 ? { frame: new RestFrame(new SequenceNode(rest)), below } : below, out)
  }

  complete(sink: Sink): void {
    for (const part of this.#parts) part.complete(sink)
  }
}

/** Before the parts that are still to come. */
class RestFrame implements Frame {
  readonly canEnd = false
  readonly #rest: SequenceNode

  constructor(rest: SequenceNode) {
    this.#rest = rest
  }

  get cost(): number {
    return this.#rest.cost
  }

  step(byte: number, below: Stack, out: Stack[]): void {
    enterWith(this.#rest, byte, below, out)
  }

  complete(sink: Sink): void {
    this.#rest.complete(sink)
  }
}
