import { createRandom } from '../../random.ts'
import type { State } from '../constraint/index.ts'
import { MEANT, type Plan } from './plan.ts'
import { sequenceLength } from './tokens.ts'

/** Something to say next. Empty bytes: the end. */
export type Wish = { readonly bytes: Uint8Array; readonly score: number }

/** What the model means to say, as it goes on; it is told each byte that was really said. */
export interface Speech {
  /** The continuations that are meant here, best or not; none: the model has lost its thread, and noise decides. */
  wishes(state: State): readonly Wish[]
  read(byte: number): void
  /** How much noise likes a byte here; 256 is the end. */
  noise(symbol: number): number
  /** What was meant is said, but the text may not end yet: means something more. */
  extend?(): void
}

export const END = 256

export const wish = (text: string, score = MEANT): Wish => ({ bytes: Buffer.from(text), score })

/** The next character of the shortest way to end: for a text that has rambled long enough. */
export function wayOut(state: State): readonly Wish[] {
  const rest = state.shortestCompletion()
  return rest ? [{ bytes: rest.subarray(0, sequenceLength(rest[0] ?? 0)), score: MEANT }] : []
}

/** Wishes that the bytes said since still agree with. */
export class OpenWishes {
  #open: readonly Wish[] = []

  get list(): readonly Wish[] {
    return this.#open
  }

  set(wishes: readonly Wish[]): void {
    this.#open = wishes
  }

  /** Drops what does not begin with `byte` and takes it off the rest; tells whether one is fulfilled. */
  read(byte: number): boolean {
    this.#open = this.#open
      .filter(({ bytes }) => bytes[0] === byte)
      .map(({ bytes, score }) => ({ bytes: bytes.subarray(1), score }))
    return this.#open.some(({ bytes }) => bytes.length === 0)
  }
}

/** Free speech: follows a plan; where it was led astray it takes the plan up again after the next space. */
export class PlannedSpeech implements Speech {
  #plan: Plan | undefined
  readonly #more: (round: number) => Plan
  readonly #open = new OpenWishes()
  #paths: { readonly wish: Wish; readonly then: Plan | undefined }[] = []
  #said: number[] = []
  #rounds = 0
  #lost = false

  /** `more` gives another plan where the text may not end with the first. */
  constructor(plan: Plan, more: (round: number) => Plan) {
    this.#plan = plan
    this.#more = more
    this.#take(plan)
  }

  wishes(): readonly Wish[] {
    if (this.#lost) return []
    return this.#plan ? this.#open.list : [wish('')]
  }

  /** Goes on although the plan is at its end. */
  extend(): void {
    this.#rounds += 1
    this.#take(this.#more(this.#rounds))
  }

  read(byte: number): void {
    this.#said.push(byte)
    if (this.#lost) {
      if (byte === 0x20) this.#take(this.#plan)
      return
    }
    if (this.#open.read(byte)) {
      const said = Buffer.from(this.#said)
      this.#take(this.#paths.find(({ wish: { bytes } }) => said.equals(bytes))?.then)
    } else if (this.#open.list.length === 0) this.#lost = true
  }

  noise(symbol: number): number {
    if (symbol === END) return this.#said.length > 20 ? 0 : -6
    return byteNoise(symbol)
  }

  #take(plan: Plan | undefined): void {
    this.#plan = plan
    this.#said = []
    this.#lost = false
    this.#paths = (plan?.() ?? []).map(({ text, score, then }) => ({ wish: wish(text, score), then }))
    this.#open.set(this.#paths.map(({ wish: each }) => each))
  }
}

/** A liking for each byte at each place, between 0 and 3, that is the prompt's own. */
export function tastes(key: string): (symbol: number, place: number) => number {
  const random = createRandom(`tastes ${key}`)
  const table = Array.from({ length: 1021 }, () => 3 * random.next())
  return (symbol, place) => table[(symbol * 31 + place * 257) % table.length] ?? 0
}

/** English letters by frequency, most of all a space; bytes that text rarely holds far below. */
export function byteNoise(byte: number): number {
  if (byte === 0x20) return 2
  if (byte >= 0x61 && byte <= 0x7a) return LETTER_SCORES[byte - 0x61] ?? 0
  if (byte >= 0x30 && byte <= 0x39) return -1
  if (byte >= 0x41 && byte <= 0x5a) return -1.5
  if (byte === 0x5c) return -8
  if (byte > 0x20 && byte < 0x7f) return -3
  return byte < 0x20 || byte === 0x7f ? -20 : -6
}

const LETTER_SCORES = [...'abcdefghijklmnopqrstuvwxyz'].map((letter) => {
  const rank = 'etaoinshrdlcumwfgypbvkjxqz'.indexOf(letter)
  return 1.5 - rank / 8
})
