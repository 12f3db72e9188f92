import { createRandom } from '../../random.ts'
import type { State } from '../constraint/index.ts'
import type { Facts } from './facts.ts'
import { JsonPlace } from './json-place.ts'
import { MEANT } from './plan.ts'
import { byteNoise, END, OpenWishes, type Speech, tastes, type Wish, wayOut, wish } from './speech.ts'
import { NOUNS } from './vocabulary.ts'
import { fulfils, walk } from './walk.ts'

/** Bytes of noise in one string or number after which it looks for its end. */
const RAMBLED = 16

/** Below this, structures are closed rather than opened. */
const DEEP = 3

/** Speech held to a JSON grammar: fills what the schema asks for with what the prompt offers. */
export class JsonSpeech implements Speech {
  readonly #key: string
  readonly #taste: (symbol: number, place: number) => number
  readonly #facts: Facts
  readonly #place = new JsonPlace()
  readonly #open = new OpenWishes()
  #length = 0
  /** Strings and scalars begun so far: the facts are used in their order. */
  readonly #begun = { 'in-string': 0, 'in-scalar': 0 }
  /** A number that could go on is said as it was meant. */
  #isSaid = false

  constructor(key: string, facts: Facts) {
    this.#key = key
    this.#taste = tastes(key)
    this.#facts = facts
  }

  wishes(state: State): readonly Wish[] {
    if (this.#open.list.length === 0) this.#open.set(this.#wishAfresh(state))
    return this.#open.list
  }

  read(byte: number): void {
    const before = this.#place.spot
    this.#length += 1
    this.#place.read(byte)
    const { spot } = this.#place
    if (spot !== before && (spot === 'in-string' || spot === 'in-scalar')) this.#begun[spot] += 1
    this.#isSaid = this.#open.read(byte)
    if (this.#isSaid) this.#open.set([])
  }

  /** One whole object or array, or the string that stands alone, is said. */
  get isOver(): boolean {
    return this.#place.container === 'none' && this.#place.spot === 'after'
  }

  noise(symbol: number): number {
    const { spot, length } = this.#place
    if (symbol === END) return 4
    const char = String.fromCharCode(symbol)
    if (spot === 'in-string' || spot === 'in-key')
      return char === '"' ? length - 3 : byteNoise(symbol) + this.#taste(symbol, this.#length)
    if (spot === 'in-scalar')
      return ',]}'.includes(char) ? 2 * length : /\d/.test(char) ? 3 : char === '.' ? 0 : -4
    return byteNoise(symbol) + this.#taste(symbol, this.#length)
  }

  #wishAfresh(state: State): readonly Wish[] {
    switch (this.#place.spot) {
      case 'value':
        return this.#length === 0 ? this.#wholeWishes(state) : this.#valueWishes(state)
      case 'first-item':
        return this.#target() === 0 && state.allows(0x5d) ? [wish(']')] : this.#valueWishes(state)
      case 'first-key':
        return this.#memberWishes(state, '')
      case 'key':
        return this.#keyWishes(state, '')
      case 'after':
        return this.#afterWishes(state)
      case 'in-scalar':
        return this.#isSaid ? this.#afterWishes(state) : this.#ramble(state)
      default:
        return this.#ramble(state)
    }
  }

  #ramble(state: State): readonly Wish[] {
    return this.#place.length > RAMBLED ? wayOut(state) : []
  }

  /** The whole answer as one object, where the grammar takes it and declares no properties of its own. */
  #wholeWishes(state: State): readonly Wish[] {
    const { fields, answer, isEmpty } = this.#facts
    const named = Object.keys(fields).length > 0 ? fields : isEmpty ? {} : { answer }
    const whole = JSON.stringify(named)
    const isOpen = (walk(state, '{')?.names() ?? []).length === 0
    return isOpen && fulfils(state, whole) ? [wish(whole)] : this.#valueWishes(state)
  }

  #afterWishes(state: State): readonly Wish[] {
    const { container, items } = this.#place
    if (container === 'none') return [wish('')]
    if (container === 'object') return this.#memberWishes(state, ',')
    const wantsMore = items + 1 < this.#target()
    return allowed(state, [wish(',', MEANT - (wantsMore ? 0 : 2)), wish(']', MEANT - (wantsMore ? 2 : 0))])
  }

  /** How many items an array should have. */
  #target(): number {
    if (this.#facts.isEmpty) return 0
    const { depth, key } = this.#place
    return createRandom(`${this.#key} ${key} ${depth}`).integer(1, 3)
  }

  #memberWishes(state: State, comma: string): readonly Wish[] {
    const keys = state.names().length > 0 ? this.#keyWishes(state, comma) : []
    const prefersMore = keys.length > 0 && !this.#facts.isEmpty
    const close = state.allows(0x7d) ? [wish('}', prefersMore ? MEANT - 3 : MEANT + 1)] : []
    return keys.length + close.length > 0 ? [...keys, ...close] : this.#keyWishes(state, comma)
  }

  #keyWishes(state: State, comma: string): readonly Wish[] {
    const names = state.names()
    const chosen = names.length > 0 ? names.slice(0, 1) : NOUNS
    return allowed(
      state,
      chosen.map((name, rank) => wish(`${comma}${JSON.stringify(name)}:`, MEANT - rank)),
    ).slice(0, 1)
  }

  #valueWishes(state: State): readonly Wish[] {
    const scalars = [...this.#stringWishes(state), ...this.#numberWishes(state)]
    if (scalars.length > 0) return scalars
    const isDeep = this.#place.depth >= DEEP
    const yes = createRandom(`${this.#key} ${this.#place.key}`).next() < 0.5
    return allowed(state, [
      wish('{', isDeep ? 8 : MEANT),
      wish('[', isDeep ? 9 : MEANT - 1),
      wish('true', MEANT - (yes ? 0 : 1)),
      wish('false', MEANT - (yes ? 1 : 0)),
      wish('null', isDeep ? MEANT : MEANT - 3),
    ])
  }

  #stringWishes(state: State): readonly Wish[] {
    if (!state.allows(0x22)) return []
    const { fields, strings, spareStrings, answer } = this.#facts
    const own = fields[this.#place.key]
    const texts = [
      ...(typeof own === 'string' ? [own] : []),
      ...rotated(strings, this.#begun['in-string']),
      ...spareStrings,
      answer,
    ]
    const fitting = allowed(
      state,
      texts.map((text) => wish(JSON.stringify(text))),
    )
    return ranked(fitting.slice(0, 6), strings.length > 0 ? 2 : 0.7)
  }

  #numberWishes(state: State): readonly Wish[] {
    const { fields, numbers, spareNumbers } = this.#facts
    const own = fields[this.#place.key]
    const values = [
      ...(typeof own === 'number' ? [own] : []),
      ...rotated(numbers, this.#begun['in-scalar']),
      ...spareNumbers,
    ]
    const fitting = values.filter((value) => canFollow(walk(state, String(value))))
    return ranked(
      fitting.slice(0, 4).map((value) => wish(String(value))),
      numbers.length > 0 ? 2 : 0.7,
    )
  }
}

const rotated = <T>(items: readonly T[], by: number): readonly T[] => {
  const at = items.length === 0 ? 0 : by % items.length
  return [...items.slice(at), ...items.slice(0, at)]
}

/** A number may stand here as it is: something that is no digit can follow. */
const canFollow = (state: State | undefined): boolean =>
  state !== undefined && (state.canEnd() || [0x2c, 0x5d, 0x7d].some((byte) => state.allows(byte)))

const allowed = (state: State, wishes: readonly Wish[]): readonly Wish[] =>
  wishes.filter(({ bytes }) => walk(state, Buffer.from(bytes).toString()) !== undefined)

/** The first is meant most. */
const ranked = (wishes: readonly Wish[], step: number): readonly Wish[] =>
  wishes.map(({ bytes }, rank) => ({ bytes, score: MEANT - rank * step }))
