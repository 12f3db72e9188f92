import { aroundArguments, type CalledTool, type State } from '../constraint/index.ts'
import type { Facts } from './facts.ts'
import { JsonSpeech } from './json-speech.ts'
import { byteNoise, type Speech, type Wish } from './speech.ts'

/** Calls of tools: the grammar dictates all but the arguments, which are filled with what the prompt offers. */
export class CallSpeech implements Speech {
  readonly #around: readonly number[]
  readonly #arguments: readonly JsonSpeech[]
  #call = 0
  /** Bytes that are left of what stands around the arguments. */
  #dictated: number

  constructor(key: string, calls: readonly CalledTool[], factsFor: (call: CalledTool) => Facts) {
    this.#around = aroundArguments(calls).map((text) => Buffer.byteLength(text))
    this.#arguments = calls.map((call, index) => new JsonSpeech(`${key} ${index}`, factsFor(call)))
    this.#dictated = this.#around[0] ?? 0
  }

  wishes(state: State): readonly Wish[] {
    return this.#dictated > 0 ? [] : (this.#arguments[this.#call]?.wishes(state) ?? [])
  }

  read(byte: number): void {
    const inside = this.#arguments[this.#call]
    if (this.#dictated > 0 || !inside) {
      this.#dictated -= 1
      return
    }
    inside.read(byte)
    if (!inside.isOver) return
    this.#call += 1
    this.#dictated = this.#around[this.#call] ?? 0
  }

  noise(symbol: number): number {
    return this.#dictated > 0 ? byteNoise(symbol) : (this.#arguments[this.#call]?.noise(symbol) ?? 0)
  }
}
