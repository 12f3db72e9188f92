import type { Frame, Node, Sink, Stack } from './automaton.ts'

/** One of several byte strings: enum, const, boolean, null, choice. */
export class LiteralNode implements Node {
  readonly #root: Trie

  constructor(texts: readonly string[]) {
    this.#root = { children: new Map(), ends: false, cost: Number.POSITIVE_INFINITY }
    for (const text of texts) insert(this.#root, Buffer.from(text))
  }

  get cost(): number {
    return this.#root.cost
  }

  enter(below: Stack, out: Stack[]): void {
    if (Number.isFinite(this.cost)) out.push({ frame: new LiteralFrame(this.#root), below })
  }

  complete(sink: Sink): void {
    new LiteralFrame(this.#root).complete(sink)
  }
}

type Trie = { readonly children: Map<number, Trie>; ends: boolean; cost: number }

function insert(root: Trie, bytes: Uint8Array): void {
  let at = root
  root.cost = Math.min(root.cost, bytes.length)
  bytes.forEach((byte, i) => {
    const cost = bytes.length - i - 1
    const child = at.children.get(byte) ?? { children: new Map(), ends: false, cost }
    child.cost = Math.min(child.cost, cost)
    at.children.set(byte, child)
    at = child
  })
  at.ends = true
}

class LiteralFrame implements Frame {
  readonly #at: Trie

  constructor(at: Trie) {
    this.#at = at
  }

  get canEnd(): boolean {
    return this.#at.ends
  }

  get cost(): number {
    return this.#at.cost
  }

  step(byte: number, below: Stack, out: Stack[]): void {
    const child = this.#at.children.get(byte)
    if (child) out.push({ frame: new LiteralFrame(child), below })
  }

  complete(sink: Sink): void {
    let at = this.#at
    while (!at.ends) {
      const step = [...at.children].find(([, child]) => child.cost === at.cost - 1)
      if (!step) return
      sink.push(step[0])
      at = step[1]
    }
  }
}
