import type { State } from '../constraint/index.ts'
import type { Facts } from './facts.ts'
import { MEANT } from './plan.ts'
import { byteNoise, END, OpenWishes, type Speech, tastes, type Wish, wayOut, wish } from './speech.ts'
import { fulfils } from './walk.ts'

/** Bytes of noise after which the text looks for its end. */
const RAMBLED = 24

/** Speech held to a regex or to choices: what the model means to say where the whole of it is allowed, else noise. */
export class PatternSpeech implements Speech {
  readonly #candidates: readonly string[]
  readonly #open = new OpenWishes()
  readonly #taste: (symbol: number, place: number) => number
  #length = 0

  constructor(key: string, { answer, strings, numbers, spareStrings, spareNumbers }: Facts) {
    const quoted = strings.map((text) => JSON.stringify(text))
    const words = [answer, ...strings, ...quoted, ...numbers.map(String), ...spareStrings]
    this.#candidates = [...new Set([...words, ...spareNumbers.map(String)])]
    this.#taste = tastes(key)
  }

  wishes(state: State): readonly Wish[] {
    if (this.#length === 0)
      this.#open.set(
        this.#candidates
          .filter((text) => fulfils(state, text))
          .map((text, rank) => wish(text, MEANT - Math.min(rank, 4))),
      )
    return this.#open.list.length === 0 && this.#length > RAMBLED ? wayOut(state) : this.#open.list
  }

  read(byte: number): void {
    this.#length += 1
    this.#open.read(byte)
  }

  noise(symbol: number): number {
    // The longer the text, the dearer the end: repetitions without a bound come to one.
    return symbol === END ? this.#length / 3 - 2 : byteNoise(symbol) + this.#taste(symbol, this.#length)
  }
}
