import assert from 'node:assert/strict'
import { advance, costOf, isComplete, type Node, type Stack } from './automaton.ts'
import { ConstraintError } from './constraint-error.ts'
import type { CalledTool } from './tool-calls.ts'

/** Readings kept side by side. More are dropped: that narrows what is allowed and never widens it. */
const MAX_READINGS = 128
/** Longer completions are no use to a model, and could not be built quickly. */
const MAX_COMPLETION_BYTES = 65_536

/** What a text must be. Immutable: any number of generations may share one. */
export type Acceptor = {
  readonly kind: 'json' | 'regex' | 'choice' | 'calls'
  /** Hint: the tools that a text of the kind `calls` calls. */
  readonly calls?: readonly CalledTool[]
  start(): State
}

export function createAcceptor(kind: Acceptor['kind'], node: Node): Acceptor {
  if (node.cost === Number.POSITIVE_INFINITY) throw new ConstraintError('no text satisfies the constraint')
  if (node.cost > MAX_COMPLETION_BYTES)
    throw new ConstraintError(`the shortest text that satisfies the constraint has ${node.cost} bytes`)
  const stacks: Stack[] = []
  node.enter(undefined, stacks)
  // A new state each time: states remember their successors, and what one text remembers should end with it.
  return { kind, start: () => new State(stacks) }
}

/** Where a text stands in its constraint. Every state can be completed: a mask never leads into a dead end. */
export class State {
  readonly #stacks: readonly Stack[]
  readonly #next: (State | undefined | null)[] = []

  constructor(stacks: readonly Stack[]) {
    this.#stacks = stacks.slice(0, MAX_READINGS)
  }

  /** Whether the text may go on with `byte`. */
  allows(byte: number): boolean {
    return this.#successor(byte) !== undefined
  }

  /** The state after `byte`, which must be allowed. */
  next(byte: number): State {
    const state = this.#successor(byte)
    assert(state, `byte ${byte} is not allowed here`)
    return state
  }

  /** Whether the text may end here. */
  canEnd(): boolean {
    return this.#stacks.some(isComplete)
  }

  /** Whether only the end is possible. */
  mustEnd(): boolean {
    for (let byte = 0; byte < 256; byte++) if (this.allows(byte)) return false
    return true
  }

  /** The shortest way (or nearly) to a complete text; undefined where it is too long to be a hint. */
  shortestCompletion(): Uint8Array | undefined {
    const [best] = this.#stacks.toSorted((a, b) => costOf(a) - costOf(b))
    if (costOf(best) > MAX_COMPLETION_BYTES) return undefined
    const sink: number[] = []
    for (let top = best; top; top = top.below) top.frame.complete(sink)
    return Uint8Array.from(sink)
  }

  /** Size of that completion, cheaper to have: in bytes, but one for a character that takes more. */
  completionCost(): number {
    return Math.min(...this.#stacks.map(costOf))
  }

  /** Hint: the declared properties that may come next, where one may (before or after the comma). */
  names(): readonly string[] {
    return [...new Set(this.#stacks.flatMap(namesAfter))]
  }

  #successor(byte: number): State | undefined {
    const known = this.#next[byte]
    if (known !== undefined) return known ?? undefined
    const stacks: Stack[] = []
    for (const stack of this.#stacks) {
      advance(stack, byte, stacks)
      if (stacks.length > MAX_READINGS) break
    }
    const state = stacks.length > 0 ? new State(stacks) : undefined
    this.#next[byte] = state ?? null
    return state
  }
}

/** A number that may be over hides the object around it. */
function namesAfter(stack: Stack): readonly string[] {
  for (let top = stack; top; top = top.below) {
    const names = top.frame.names?.()
    if (names || !top.frame.canEnd) return names ?? []
  }
  return []
}
