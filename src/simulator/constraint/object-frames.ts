import type { Frame, Sink, Stack } from './automaton.ts'
import {
  beginCharacter,
  continueCharacter,
  missingBytes,
  type Partial,
  possible,
} from './character-reader.ts'
import { type KeyTrie, keyBytes, reaches } from './key-trie.ts'
import { BEGINNING, type ObjectPlan, type Progress } from './object-plan.ts'

const [OPEN, CLOSE, COMMA, QUOTE, COLON] = [0x7b, 0x7d, 0x2c, 0x22, 0x3a]

/** Before `{`. */
export class ObjectOpening implements Frame {
  readonly canEnd = false
  readonly #plan: ObjectPlan

  constructor(plan: ObjectPlan) {
    this.#plan = plan
  }

  get cost(): number {
    return 1 + this.#plan.costFrom(BEGINNING)
  }

  step(byte: number, below: Stack, out: Stack[]): void {
    if (byte === OPEN) out.push({ frame: new MembersFrame(this.#plan, BEGINNING, 'between'), below })
  }

  complete(sink: Sink): void {
    sink.push(OPEN)
    this.#plan.completeFrom(BEGINNING, sink)
  }
}

/** `between`: after `{` or a whole member. `comma`: after a comma, where a key must come. */
class MembersFrame implements Frame {
  readonly canEnd = false
  readonly #plan: ObjectPlan
  readonly #progress: Progress
  readonly #at: 'between' | 'comma'

  constructor(plan: ObjectPlan, progress: Progress, at: 'between' | 'comma') {
    this.#plan = plan
    this.#progress = progress
    this.#at = at
  }

  get cost(): number {
    if (this.#at === 'between') return this.#plan.costFrom(this.#progress)
    const member = this.#plan.nextMember(this.#progress)
    return member ? member.name.length + 3 + member.node.cost + this.#plan.costFrom(member.after) : 0
  }

  step(byte: number, below: Stack, out: Stack[]): void {
    const [plan, progress] = [this.#plan, this.#progress]
    if (byte === QUOTE && (this.#at === 'comma' || progress.count === 0)) this.#beginKey(below, out)
    if (this.#at === 'comma') return
    if (byte === CLOSE && plan.canClose(progress)) out.push(below)
    if (byte === COMMA && progress.count > 0 && (plan.choices(progress) || plan.canAddExtra(progress)))
      out.push({ frame: new MembersFrame(plan, progress, 'comma'), below })
  }

  names(): readonly string[] {
    const choices = this.#plan.choices(this.#progress)
    if (!choices) return []
    const open = this.#plan.shape.properties.slice(choices.first, choices.last + 1)
    return open.filter(({ node }) => Number.isFinite(node.cost)).map(({ name }) => name)
  }

  #beginKey(below: Stack, out: Stack[]): void {
    const [plan, progress] = [this.#plan, this.#progress]
    const choices = plan.choices(progress)
    if (choices) out.push({ frame: new DeclaredKey(plan, progress, choices, plan.trie, 1), below })
    if (plan.canAddExtra(progress)) out.push({ frame: new ExtraKey(plan, progress, ''), below })
  }

  complete(sink: Sink): void {
    if (this.#at === 'between') {
      this.#plan.completeFrom(this.#progress, sink)
      return
    }
    const member = this.#plan.nextMember(this.#progress)
    if (!member) return
    sink.push(...keyBytes(member.name))
    member.node.complete(sink)
    this.#plan.completeFrom(member.after, sink)
  }
}

type Choices = { readonly first: number; readonly last: number }

/** Inside the key of a declared property, `read` bytes into it. */
class DeclaredKey implements Frame {
  readonly canEnd = false
  readonly #plan: ObjectPlan
  readonly #progress: Progress
  readonly #choices: Choices
  readonly #at: KeyTrie
  readonly #read: number

  constructor(plan: ObjectPlan, progress: Progress, choices: Choices, at: KeyTrie, read: number) {
    this.#plan = plan
    this.#progress = progress
    this.#choices = choices
    this.#at = at
    this.#read = read
  }

  get #index(): number {
    const { first, last } = this.#choices
    return this.#at.indexes.find((index) => index >= first && index <= last) ?? first
  }

  get cost(): number {
    const property = this.#plan.shape.properties[this.#index]
    const after = this.#plan.afterProperty(this.#progress, this.#index)
    const key = (property?.name.length ?? 0) + 3 - this.#read
    return Math.max(0, key) + (property?.node.cost ?? 0) + this.#plan.costFrom(after)
  }

  step(byte: number, below: Stack, out: Stack[]): void {
    const { first, last } = this.#choices
    const child = this.#at.children.get(byte)
    if (!child || !reaches(child, first, last)) return
    const [plan, progress] = [this.#plan, this.#progress]
    if (child.leaf === undefined) {
      out.push({ frame: new DeclaredKey(plan, progress, this.#choices, child, this.#read + 1), below })
      return
    }
    const frame = new MembersFrame(plan, plan.afterProperty(progress, child.leaf), 'between')
    plan.shape.properties[child.leaf]?.node.enter({ frame, below }, out)
  }

  complete(sink: Sink): void {
    const index = this.#index
    const property = this.#plan.shape.properties[index]
    if (!property) return
    sink.push(...keyBytes(property.name).subarray(this.#read))
    property.node.complete(sink)
    this.#plan.completeFrom(this.#plan.afterProperty(this.#progress, index), sink)
  }
}

/** Inside the key of an undeclared property, which must not be a name that is declared or was used before. */
class ExtraKey implements Frame {
  readonly canEnd = false
  readonly #plan: ObjectPlan
  readonly #progress: Progress
  readonly #name: string
  readonly #at: Partial | 'between' | 'closed'

  constructor(
    plan: ObjectPlan,
    progress: Progress,
    name: string,
    at: Partial | 'between' | 'closed' = 'between',
  ) {
    this.#plan = plan
    this.#progress = progress
    this.#name = name
    this.#at = at
  }

  get cost(): number {
    const { extra } = this.#plan.shape
    return 10 + extra.cost + this.#plan.costFrom(this.#plan.afterExtra(this.#progress, this.#name))
  }

  step(byte: number, below: Stack, out: Stack[]): void {
    const [plan, progress, name, at] = [this.#plan, this.#progress, this.#name, this.#at]
    if (at === 'closed') {
      const frame = new MembersFrame(plan, plan.afterExtra(progress, name), 'between')
      if (byte === COLON) plan.shape.extra.enter({ frame, below }, out)
      return
    }
    if (at === 'between' && byte === QUOTE) {
      if (!plan.isTaken(name, progress))
        out.push({ frame: new ExtraKey(plan, progress, name, 'closed'), below })
      return
    }
    const read = at === 'between' ? beginCharacter(byte, 'json') : continueCharacter(at, byte)
    if (typeof read === 'number' && firstScalar([[read, read]]) !== undefined)
      out.push({ frame: new ExtraKey(plan, progress, name + String.fromCodePoint(read)), below })
    if (typeof read === 'object' && firstScalar(possible(read)) !== undefined)
      out.push({ frame: new ExtraKey(plan, progress, name, read), below })
  }

  complete(sink: Sink): void {
    const [plan, progress, at] = [this.#plan, this.#progress, this.#at]
    let name = this.#name
    if (typeof at === 'object') {
      const point = firstScalar(possible(at)) ?? 0
      sink.push(...missingBytes(at, point))
      name += String.fromCodePoint(point)
    }
    if (at !== 'closed') {
      const whole = plan.freeName(name, progress)
      sink.push(...Buffer.from(whole.slice(name.length)), QUOTE)
      name = whole
    }
    sink.push(COLON)
    plan.shape.extra.complete(sink)
    plan.completeFrom(plan.afterExtra(progress, name), sink)
  }
}

/** The first code point among the ranges that is no surrogate. */
function firstScalar(ranges: readonly (readonly [number, number])[]): number | undefined {
  for (const [low, high] of ranges) {
    const first = low >= 0xd800 && low <= 0xdfff ? 0xe000 : low
    if (first <= high) return first
  }
  return undefined
}
