import { createRandom, type Random } from '../random.ts'
import { type Acceptor, compileConstraint, type State } from './constraint/index.ts'
import { gatherFacts } from './model/facts.ts'
import { JsonSpeech } from './model/json-speech.ts'
import { PatternSpeech } from './model/pattern-speech.ts'
import { type Drawn, draw, type SamplingParameters, type Scored } from './model/sampler.ts'
import { END, PlannedSpeech, type Speech, type Wish } from './model/speech.ts'
import { afterthought, promptKey, understand } from './model/tasks.ts'
import { countTokens, sequenceLength, TOKEN_BYTES } from './model/tokens.ts'

export { countTokens, tokenize, tokenizer } from './model/tokens.ts'

export type ModelRequest = SamplingParameters & {
  readonly prompt: string
  readonly maxTokens: number
  readonly minTokens?: number
  readonly ignoreEos?: boolean
  readonly constraint?: Acceptor
}

/** One token. `end`: the end-of-sequence token, which has no bytes. Otherwise the bytes are whole characters. */
export type ModelToken = { readonly bytes: Uint8Array; readonly end: boolean; readonly logprob: number }

/**
 * The tokens of an answer: at most `maxTokens`, the end token included. Equal requests and seeds give equal bytes; at
 * temperature 0 the seed has no part in it. A constraint is kept byte by byte, and closed before the tokens run out.
 */
export function* generateTokens(request: ModelRequest, seed: number | string): Generator<ModelToken> {
  const writer = new Writer(request, seed)
  let [group, logprob] = [[] as number[], 0]
  for (let count = 0; count < request.maxTokens; ) {
    const next = writer.next(count, group.length)
    const isFull = next === undefined || group.length + next.bytes.length > TOKEN_BYTES
    if (isFull && group.length > 0) {
      yield { bytes: Uint8Array.from(group), end: false, logprob }
      group = []
      logprob = 0
      count += 1
      if (count >= request.maxTokens) return
    }
    if (!next) return yield { bytes: new Uint8Array(), end: true, logprob: writer.endLogprob }
    group.push(...next.bytes)
    logprob += next.logprob
    if (group.length < TOKEN_BYTES) continue
    yield { bytes: Uint8Array.from(group), end: false, logprob }
    group = []
    logprob = 0
    count += 1
  }
}

/** Text that nothing constrains is still UTF-8. */
const anyText = compileConstraint({ kind: 'regex', pattern: '[^]*' })

type Character = { readonly bytes: readonly number[]; readonly logprob: number }

/** Chooses one character after the other. */
class Writer {
  readonly #request: ModelRequest
  readonly #random: Random
  readonly #speech: Speech
  #state: State
  /** The rest of a completion that must be followed to close in time. */
  #forced: Uint8Array = new Uint8Array()
  endLogprob = 0

  constructor(request: ModelRequest, seed: number | string) {
    this.#request = request
    this.#random = createRandom(`${promptKey(request.prompt)} ${seed}`)
    this.#state = (request.constraint ?? anyText).start()
    this.#speech = chooseSpeech(request)
  }

  /** The next character; undefined: the end. `count` tokens are out, and `begun` bytes of another one. */
  next(count: number, begun: number): Character | undefined {
    if (this.#forced.length > 0) return this.#follow()
    const before = this.#state
    const mayEnd = this.#mayEnd(count + (begun > 0 ? 1 : 0))
    const character = this.#draw(mayEnd)
    if (!character) return undefined
    const after = character.states.at(-1) ?? before
    if (this.#fits(after, count, begun, character.bytes)) {
      this.#accept(character.bytes, after)
      return character
    }
    const completion = before.shortestCompletion()
    if (completion && completion.length > 0) {
      this.#forced = completion
      return this.#follow()
    }
    if (mayEnd) return undefined
    this.#accept(character.bytes, after)
    return character
  }

  #accept(bytes: readonly number[], after: State): void {
    for (const byte of bytes) this.#speech.read(byte)
    this.#state = after
  }

  #follow(): Character {
    const bytes = [...this.#forced.subarray(0, sequenceLength(this.#forced[0] ?? 0))]
    this.#forced = this.#forced.subarray(bytes.length)
    this.#accept(
      bytes,
      bytes.reduce((state, byte) => state.next(byte), this.#state),
    )
    return { bytes, logprob: 0 }
  }

  #mayEnd(tokens: number): boolean {
    if (!this.#state.canEnd()) return false
    const { minTokens = 0, ignoreEos = false } = this.#request
    // The constraint has the last word: where nothing else is allowed, the text ends.
    return (
      (!ignoreEos && tokens >= minTokens) || (this.#request.constraint !== undefined && this.#state.mustEnd())
    )
  }

  /** Whether the text can still be completed, end token included, after `bytes` more. */
  #fits(after: State, count: number, begun: number, bytes: readonly number[]): boolean {
    if (!this.#request.constraint || this.#request.ignoreEos) return true
    // Far from the limit the size will do: no character takes more than three tokens (an escaped surrogate pair).
    if (count + 3 * after.completionCost() + 4 <= this.#request.maxTokens) return true
    const rest = after.shortestCompletion()
    const needed = rest && countTokens(Uint8Array.from([...bytes, ...rest]), begun) + 1
    return needed !== undefined && count + needed <= this.#request.maxTokens
  }

  #draw(mayEnd: boolean): (Character & { readonly states: readonly State[] }) | undefined {
    const wishes = this.#wishes(mayEnd)
    const bytes: number[] = []
    const states: State[] = []
    let logprob = 0
    do {
      const state = states.at(-1) ?? this.#state
      const drawn = this.#drawSymbol(state, wishes, bytes, mayEnd)
      if (drawn.symbol === END) {
        this.endLogprob = drawn.logprob
        return undefined
      }
      logprob += drawn.logprob
      bytes.push(drawn.symbol)
      states.push(state.next(drawn.symbol))
    } while (bytes.length < sequenceLength(bytes[0] ?? 0))
    return { bytes, logprob, states }
  }

  #wishes(mayEnd: boolean): readonly Wish[] {
    const wishes = this.#speech.wishes(this.#state)
    const isOver = wishes.length > 0 && wishes.every(({ bytes }) => bytes.length === 0)
    if (mayEnd || !isOver || !this.#speech.extend) return wishes
    this.#speech.extend()
    return this.#speech.wishes(this.#state)
  }

  /** The next byte of the character begun with `begun`, or the end. */
  #drawSymbol(state: State, wishes: readonly Wish[], begun: readonly number[], mayEnd: boolean): Drawn {
    const meant = new Map<number, number>()
    for (const { bytes, score } of wishes) {
      if (begun.some((byte, i) => bytes[i] !== byte)) continue
      const symbol = bytes[begun.length] ?? END
      const isOpen = symbol === END ? mayEnd && begun.length === 0 : state.allows(symbol)
      if (isOpen) meant.set(symbol, Math.max(score, meant.get(symbol) ?? score))
    }
    if (meant.size === 0) return this.#drawNoise(state, begun, mayEnd)
    const candidates = [...meant].map(([symbol, score]) => ({ symbol, score }))
    const drawn = draw([...candidates, NOISE], this.#request, this.#random)
    return drawn.symbol === NOISE.symbol ? this.#drawNoise(state, begun, mayEnd) : drawn
  }

  #drawNoise(state: State, begun: readonly number[], mayEnd: boolean): Drawn {
    const candidates: Scored[] = []
    for (let symbol = 0; symbol < 256; symbol++)
      if (state.allows(symbol))
        candidates.push({ symbol, score: begun.length > 0 ? 0 : this.#speech.noise(symbol) })
    if (mayEnd && begun.length === 0) candidates.push({ symbol: END, score: this.#speech.noise(END) })
    return draw(candidates, this.#request, this.#random)
  }
}

/** All that is not meant, as one symbol beside what is: which byte it becomes is drawn only when it wins. */
const NOISE: Scored = { symbol: 257, score: 4.5 }

function chooseSpeech({ prompt, constraint }: ModelRequest): Speech {
  const key = promptKey(prompt)
  const understanding = understand(prompt, key)
  if (!constraint) return new PlannedSpeech(understanding.plan, (round) => afterthought(key, round))
  const facts = gatherFacts(prompt, key, understanding)
  return constraint.kind === 'json' ? new JsonSpeech(key, facts) : new PatternSpeech(key, facts)
}
