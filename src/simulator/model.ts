import { createRandom, type Random } from '../random.ts'
import { type Acceptor, compileConstraint, type State } from './constraint/index.ts'
import { factsForCall } from './model/call-facts.ts'
import { CallSpeech } from './model/call-speech.ts'
import { gatherFacts } from './model/facts.ts'
import { JsonSpeech } from './model/json-speech.ts'
import { Likes, type Penalties } from './model/likes.ts'
import { type Alternative, othersBeside } from './model/others.ts'
import { PatternSpeech } from './model/pattern-speech.ts'
import { MEANT } from './model/plan.ts'
import { type Drawn, draw, type SamplingParameters, type Scored } from './model/sampler.ts'
import { END, PlannedSpeech, type Speech, type Wish } from './model/speech.ts'
import { afterthought, promptKey, understand } from './model/tasks.ts'
import { countTokens, sequenceLength, TOKEN_BYTES } from './model/tokens.ts'

export { countTokens, tokenize, tokenizer } from './model/tokens.ts'
export { toolsAskedFor } from './model/tool-choice.ts'

export type ModelRequest = SamplingParameters & {
  readonly prompt: string
  readonly maxTokens: number
  readonly minTokens?: number
  readonly ignoreEos?: boolean
  readonly constraint?: Acceptor
  readonly penalties?: Penalties
  /** How many other tokens each one lists. */
  readonly alternatives?: number
}

/** One token. `end`: the end-of-sequence token, which has no bytes. Otherwise the bytes are whole characters. */
export type ModelToken = {
  readonly bytes: Uint8Array
  readonly end: boolean
  readonly logprob: number
  readonly others?: readonly Alternative[]
}

/**
 * The tokens of an answer: at most `maxTokens`, the end token included. Equal requests and seeds give equal bytes; at
 * temperature 0 the seed has no part in it. A constraint is kept byte by byte, and closed before the tokens run out.
 */
export function* generateTokens(request: ModelRequest, seed: number | string): Generator<ModelToken> {
  const writer = new Writer(request, seed)
  let group: Character[] = []
  for (let count = 0; count < request.maxTokens; ) {
    const pulled = group.length === 0 ? writer.pull() : undefined
    if (pulled) {
      yield pulled
      count += 1
      continue
    }
    const begun = bytesOfGroup(group)
    const next = writer.next(count, begun)
    const isFull = next === undefined || begun.length + next.bytes.length > TOKEN_BYTES
    if (isFull && group.length > 0) {
      yield writer.token(group)
      group = []
      count += 1
      if (count >= request.maxTokens) return
    }
    if (!next) return yield { ...writer.end, bytes: new Uint8Array(), end: true }
    group.push(next)
    if (bytesOfGroup(group).length < TOKEN_BYTES) continue
    yield writer.token(group)
    group = []
    count += 1
  }
}

/** Text that nothing constrains is still UTF-8. */
const anyText = compileConstraint({ kind: 'regex', pattern: '[^]*' })

/** `first`: the log probability of its first byte, and what else that could have been. */
type Character = { readonly bytes: readonly number[]; readonly logprob: number; readonly first?: First }
type First = { readonly logprob: number; readonly others?: readonly Alternative[] }

const bytesOfGroup = (group: readonly Character[]): readonly number[] => group.flatMap(({ bytes }) => bytes)

/** Chooses one character after the other. */
class Writer {
  readonly #request: ModelRequest
  readonly #random: Random
  readonly #speech: Speech
  #state: State
  /** The rest of a completion that must be followed to close in time. */
  #forced: Uint8Array = new Uint8Array()
  readonly #likes: Likes
  /** How the end was drawn, once it was. */
  end: First = { logprob: 0 }

  constructor(request: ModelRequest, seed: number | string) {
    this.#request = request
    this.#random = createRandom(`${promptKey(request.prompt)} ${seed}`)
    this.#state = (request.constraint ?? anyText).start()
    this.#speech = chooseSpeech(request)
    this.#likes = new Likes(request.penalties ?? {})
  }

  /** A whole token that a bias or a negative penalty calls for, where that is liked more than what the model means to say. */
  pull(): ModelToken | undefined {
    const pulls = this.#request.constraint ? [] : this.#likes.pulls()
    if (pulls.length === 0) return undefined
    const candidates = pulls.map(({ score }, symbol) => ({ symbol, score }))
    const goesOn = { symbol: -1, score: MEANT }
    const all = this.#likes.isClosed ? candidates : [...candidates, goesOn]
    const bytes = pulls[draw(all, this.#request, this.#random).symbol]?.bytes
    if (!bytes) return undefined
    const others = this.#othersBeside(bytes[0] ?? END, [])
    for (const byte of bytes) this.#speech.read(byte)
    this.#likes.count(bytes)
    // The score that the model itself gives it is far below what it means.
    return { bytes, end: false, logprob: PULLED_LOGPROB, ...(others && { others }) }
  }

  /** The characters as one token. */
  token(group: readonly Character[]): ModelToken {
    const bytes = Uint8Array.from(bytesOfGroup(group))
    const logprob = group.reduce((sum, { logprob }) => sum + logprob, 0)
    this.#likes.count(bytes)
    const { others, logprob: first = 0 } = group[0]?.first ?? {}
    // Whatever begins otherwise goes on as surely as the chosen one.
    const scaled = others?.map((other) => ({ ...other, logprob: other.logprob + logprob - first }))
    return { bytes, end: false, logprob, ...(scaled && { others: scaled }) }
  }

  /** The next character; undefined: the end. `count` tokens are out, and `group` of another one. */
  next(count: number, group: readonly number[]): Character | undefined {
    if (this.#forced.length > 0) return this.#follow()
    const before = this.#state
    const begun = group.length
    const mayEnd = this.#mayEnd(count + (begun > 0 ? 1 : 0))
    const character = this.#draw(mayEnd, group)
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
    const others = this.#othersBeside(bytes[0] ?? END, [])
    return { bytes, logprob: 0, first: { logprob: 0, ...(others && { others }) } }
  }

  #othersBeside(chosen: number, meant: readonly Scored[]): readonly Alternative[] | undefined {
    const { alternatives } = this.#request
    if (!alternatives) return undefined
    return othersBeside(chosen, meant, NOISE, (symbol) => this.#speech.noise(symbol), alternatives)
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

  #draw(
    mayEnd: boolean,
    group: readonly number[],
  ): (Character & { readonly states: readonly State[] }) | undefined {
    const wishes = this.#wishes(mayEnd)
    const bytes: number[] = []
    const states: State[] = []
    let logprob = 0
    let first: First | undefined
    do {
      const state = states.at(-1) ?? this.#state
      const drawn = this.#drawSymbol(state, wishes, { group, bytes }, mayEnd)
      first ??= drawn
      if (drawn.symbol === END) {
        this.end = drawn
        return undefined
      }
      logprob += drawn.logprob
      bytes.push(drawn.symbol)
      states.push(state.next(drawn.symbol))
    } while (bytes.length < sequenceLength(bytes[0] ?? 0))
    return { bytes, logprob, states, first }
  }

  #wishes(mayEnd: boolean): readonly Wish[] {
    const wishes = this.#speech.wishes(this.#state)
    const isOver = wishes.length > 0 && wishes.every(({ bytes }) => bytes.length === 0)
    if (mayEnd || !isOver || !this.#speech.extend) return wishes
    this.#speech.extend()
    return this.#speech.wishes(this.#state)
  }

  /** The next byte of the character begun in `at`, or the end. */
  #drawSymbol(state: State, wishes: readonly Wish[], at: Place, mayEnd: boolean): Drawn & First {
    const begun = at.bytes
    const meant = new Map<number, number>()
    for (const { bytes, score } of wishes) {
      if (begun.some((byte, i) => bytes[i] !== byte)) continue
      const symbol = bytes[begun.length] ?? END
      const isOpen = symbol === END ? mayEnd && begun.length === 0 : state.allows(symbol)
      if (isOpen) meant.set(symbol, Math.max(score, meant.get(symbol) ?? score))
    }
    const candidates = [...meant].map(([symbol, score]) => this.#liked({ symbol, score }, at))
    const drawn =
      candidates.length > 0 ? draw([...candidates, NOISE], this.#request, this.#random) : undefined
    const chosen =
      drawn && drawn.symbol !== NOISE.symbol ? drawn : this.#drawNoise(state, at, mayEnd, drawn?.logprob)
    const others = this.#othersBeside(chosen.symbol, candidates)
    return { ...chosen, ...(others && { others }) }
  }

  /** `share`: how likely it was that noise decides. */
  #drawNoise(state: State, at: Place, mayEnd: boolean, share = 0): Drawn {
    const isFirst = at.bytes.length === 0
    const candidates: Scored[] = []
    for (let symbol = 0; symbol < 256; symbol++)
      if (state.allows(symbol))
        candidates.push(this.#liked({ symbol, score: isFirst ? this.#speech.noise(symbol) : 0 }, at))
    if (mayEnd && isFirst) candidates.push(this.#liked({ symbol: END, score: this.#speech.noise(END) }, at))
    const { symbol, logprob } = draw(candidates, this.#request, this.#random)
    return { symbol, logprob: share + logprob }
  }

  #liked(scored: Scored, { group, bytes }: Place): Scored {
    const shift = this.#likes.shift(group, bytes, scored.symbol, END)
    return shift === 0 ? scored : { ...scored, shift }
  }
}

/** The bytes of the token, and of the character in it, that are begun. */
type Place = { readonly group: readonly number[]; readonly bytes: readonly number[] }

/** All that is not meant, as one symbol beside what is: which byte it becomes is drawn only when it wins. */
const NOISE: Scored = { symbol: 257, score: 4.5 }

const PULLED_LOGPROB = -17

function chooseSpeech({ prompt, constraint }: ModelRequest): Speech {
  const key = promptKey(prompt)
  const understanding = understand(prompt, key)
  if (!constraint) return new PlannedSpeech(understanding.plan, (round) => afterthought(key, round))
  const facts = gatherFacts(prompt, key, understanding)
  if (constraint.calls)
    return new CallSpeech(key, constraint.calls, (call) => factsForCall(prompt, call, facts))
  return constraint.kind === 'json' ? new JsonSpeech(key, facts) : new PatternSpeech(key, facts)
}
