/** Where bytes of a completion are collected; it refuses to grow beyond a hint's use. */
export type Sink = number[]

/** One place in a grammar, inside of whatever lies below it on the stack. Immutable. */
export interface Frame {
  /** Adds the stacks that follow `byte`; none when it is forbidden. Where the frame is finished, that is `below`. */
  step(byte: number, below: Stack, out: Stack[]): void
  /** Whether this frame may be left here without another byte (a number has no closing mark). */
  readonly canEnd: boolean
  /** Bytes of the shortest way to finish this frame. */
  readonly cost: number
  /** Writes that way. */
  complete(sink: Sink): void
  /** Names of the declared properties that may come next, where a property may. */
  names?(): readonly string[]
}

/** A pushdown automaton's stack; undefined is the bottom: the text is complete. */
export type Stack = { readonly frame: Frame; readonly below: Stack } | undefined

/** A part of a grammar, before any of it was read. Its cost is infinite where no finite text satisfies it. */
export interface Node {
  /** Adds the stacks with which reading it begins. */
  enter(below: Stack, out: Stack[]): void
  readonly cost: number
  complete(sink: Sink): void
}

/** Adds every stack that `byte` leads to from `stack`. */
export function advance(stack: Stack, byte: number, out: Stack[]): void {
  for (let top = stack; top; top = top.below) {
    top.frame.step(byte, top.below, out)
    if (!top.frame.canEnd) return
  }
}

/** Whether the text may end here. */
export function isComplete(stack: Stack): boolean {
  for (let top = stack; top; top = top.below) if (!top.frame.canEnd) return false
  return true
}

export function costOf(stack: Stack): number {
  let cost = 0
  for (let top = stack; top; top = top.below) cost += top.frame.cost
  return cost
}

/** Begins `node` and reads `byte` with it. */
export function enterWith(node: Node, byte: number, below: Stack, out: Stack[]): void {
  const starts: Stack[] = []
  node.enter(below, starts)
  for (const start of starts) advance(start, byte, out)
}
