import type { Frame, Node, Sink, Stack } from './automaton.ts'
import {
  beginCharacter,
  continueCharacter,
  missingBytes,
  type Partial,
  possible,
  type Read,
} from './character-reader.ts'
import { type Dfa, follow } from './dfa.ts'
import { type LengthWindow, lengthWindow } from './length-window.ts'

const QUOTE = 0x22

export type TextOptions = {
  readonly dfa: Dfa
  readonly minLength?: number
  readonly maxLength?: number
  /** `json`: written as a JSON string, quotes included. */
  readonly form: 'raw' | 'json'
}

/** Text of a regular language with a length between bounds, as plain UTF-8 or as a JSON string. */
export class TextNode implements Node {
  readonly dfa: Dfa
  readonly window: LengthWindow
  readonly form: 'raw' | 'json'
  readonly cost: number
  readonly #samples: Uint8Array[] = []

  constructor({ dfa, minLength = 0, maxLength = Number.POSITIVE_INFINITY, form }: TextOptions) {
    this.dfa = dfa
    this.form = form
    this.window = lengthWindow(dfa, minLength, maxLength)
    this.cost = this.window.shortest(0, 0) + (form === 'json' ? 2 : 0)
  }

  enter(below: Stack, out: Stack[]): void {
    const inside = new TextFrame(this, 0, 0)
    out.push({ frame: this.form === 'json' ? new OpeningFrame(inside) : inside, below })
  }

  complete(sink: Sink): void {
    if (this.form === 'json') sink.push(QUOTE)
    new TextFrame(this, 0, 0).complete(sink)
  }

  /** How a character of class `cls` is written in a completion. */
  sampleBytes(cls: number): Uint8Array {
    const known = this.#samples[cls]
    if (known) return known
    const char = String.fromCodePoint(this.dfa.alphabet.samples[cls] ?? 0)
    const bytes = Buffer.from(this.form === 'json' ? JSON.stringify(char).slice(1, -1) : char)
    this.#samples[cls] = bytes
    return bytes
  }

  /** Whether `point` may come next, so that the text can still be completed. */
  admits(state: number, length: number, point: number): boolean {
    return this.viable(follow(this.dfa, state, this.dfa.alphabet.classOf(point)), length + 1)
  }

  viable(state: number, length: number): boolean {
    return state >= 0 && Number.isFinite(this.window.shortest(state, length))
  }

  /** A code point among `ranges` with which the text can still be completed, if there is one. */
  pickWithin(state: number, length: number, ranges: ReturnType<typeof possible>): number | undefined {
    const { alphabet } = this.dfa
    for (const [low, high] of ranges) {
      if (low > high) continue
      for (let segment = alphabet.segmentAt(low); ; segment++) {
        const start = alphabet.starts[segment]
        if (start === undefined || start > high) break
        const to = follow(this.dfa, state, alphabet.segmentClass[segment] ?? -1)
        if (this.viable(to, length + 1)) return Math.max(start, low)
      }
    }
    return undefined
  }
}

class OpeningFrame implements Frame {
  readonly canEnd = false
  readonly #inside: TextFrame

  constructor(inside: TextFrame) {
    this.#inside = inside
  }

  get cost(): number {
    return 1 + this.#inside.cost
  }

  step(byte: number, below: Stack, out: Stack[]): void {
    if (byte === QUOTE) out.push({ frame: this.#inside, below })
  }

  complete(sink: Sink): void {
    sink.push(QUOTE)
    this.#inside.complete(sink)
  }
}

class TextFrame implements Frame {
  readonly #node: TextNode
  readonly #state: number
  readonly #length: number
  readonly #partial: Partial | undefined

  constructor(node: TextNode, state: number, length: number, partial?: Partial) {
    this.#node = node
    this.#state = state
    this.#length = length
    this.#partial = partial
  }

  get #isMatch(): boolean {
    return this.#partial === undefined && this.#node.window.shortest(this.#state, this.#length) === 0
  }

  get canEnd(): boolean {
    return this.#node.form === 'raw' && this.#isMatch
  }

  /** In characters: exact for what the completion writes, which prefers plain ASCII. */
  get cost(): number {
    const closing = this.#node.form === 'json' ? 1 : 0
    return this.#node.window.shortest(this.#state, this.#length) + closing + (this.#partial ? 6 : 0)
  }

  step(byte: number, below: Stack, out: Stack[]): void {
    if (this.#partial === undefined && byte === QUOTE && this.#node.form === 'json') {
      if (this.#isMatch) out.push(below)
      return
    }
    const next = this.#after(
      this.#partial ? continueCharacter(this.#partial, byte) : beginCharacter(byte, this.#node.form),
    )
    if (next) out.push({ frame: next, below })
  }

  #after(read: Read): TextFrame | undefined {
    if (read === undefined) return undefined
    const [node, length] = [this.#node, this.#length]
    if (typeof read !== 'number') {
      const isOpen = node.pickWithin(this.#state, length, possible(read)) !== undefined
      return isOpen ? new TextFrame(node, this.#state, length, read) : undefined
    }
    if (!node.admits(this.#state, length, read)) return undefined
    return new TextFrame(node, this.#next(read), length + 1)
  }

  #next(point: number): number {
    return follow(this.#node.dfa, this.#state, this.#node.dfa.alphabet.classOf(point))
  }

  complete(sink: Sink): void {
    const { dfa, window, form } = this.#node
    let [state, length] = [this.#state, this.#length]
    if (this.#partial) {
      const point = this.#node.pickWithin(state, length, possible(this.#partial))
      if (point === undefined) return
      sink.push(...missingBytes(this.#partial, point))
      state = this.#next(point)
      length += 1
    }
    for (let left = window.shortest(state, length); left > 0; left--) {
      const cls = dfa.alphabet.samples.findIndex((_, candidate) => {
        const to = follow(dfa, state, candidate)
        return to >= 0 && window.shortest(to, length + 1) === left - 1
      })
      sink.push(...this.#node.sampleBytes(cls))
      state = follow(dfa, state, cls)
      length += 1
    }
    if (form === 'json') sink.push(QUOTE)
  }
}
