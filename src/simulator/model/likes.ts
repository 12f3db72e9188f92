import { bytesOf, idOf, sequenceLength, TOKEN_BYTES } from './tokens.ts'

/** What a request adds to the scores of whole tokens. */
export type Penalties = {
  readonly presence?: number
  readonly frequency?: number
  /** 1: none. */
  readonly repetition?: number
  /** By token id. */
  readonly bias?: ReadonlyMap<number, number>
  /** No other token is drawn. */
  readonly allowed?: readonly number[]
}

/** A token that is wanted whatever the model means to say. */
export type Pull = { readonly bytes: Uint8Array; readonly score: number }

/** How much the model itself likes a token that it has said, and one that it has not: what is meant has 14. */
const [SAID, UNSAID] = [12.5, 0] as const
const FORBIDDEN = -1_000

/** Keeps count of the tokens of one answer and says how much each is liked, beside what the model thinks of it. */
export class Likes {
  readonly #penalties: Penalties
  readonly #counts = new Map<number, number>()
  readonly #isIdle: boolean

  /** The repetition penalty alone counts the prompt's tokens as well. */
  constructor(penalties: Penalties) {
    this.#penalties = penalties
    const { presence = 0, frequency = 0, repetition = 1, bias, allowed } = penalties
    this.#isIdle = presence === 0 && frequency === 0 && repetition === 1 && !bias?.size && !allowed
  }

  count(token: Uint8Array): void {
    if (this.#isIdle) return
    const id = idOf(token)
    this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1)
  }

  /** What `symbol` (a byte, or `end`) adds where it completes a token: of that token, or of the one that it has no room in. */
  shift(begun: readonly number[], character: readonly number[], symbol: number, end: number): number {
    if (this.#isIdle) return 0
    if (symbol === end) return (begun.length > 0 ? this.#of(idOf(Uint8Array.from(begun))) : 0) + this.#of(0)
    const isFirst = character.length === 0
    const length = sequenceLength(isFirst ? symbol : (character[0] ?? 0))
    const total = begun.length + length
    if (isFirst && total > TOKEN_BYTES) return this.#of(idOf(Uint8Array.from(begun)))
    const isLast = character.length + 1 === length
    return isLast && total === TOKEN_BYTES
      ? this.#of(idOf(Uint8Array.from([...begun, ...character, symbol])))
      : 0
  }

  /** The tokens that a bias or a negative penalty calls for. */
  pulls(): readonly Pull[] {
    if (this.#isIdle) return []
    const { bias, allowed } = this.#penalties
    const ids = allowed ?? new Set([...(bias?.keys() ?? []), ...this.#counts.keys()])
    return [...ids]
      .map((id) => ({ id, added: this.#of(id) }))
      .filter(({ id, added }) => id !== 0 && (added > 0 || allowed))
      .map(({ id, added }) => ({ bytes: bytesOf(id), score: added + (this.#counts.has(id) ? SAID : UNSAID) }))
  }

  /** Whether nothing but the pulls may be said. */
  get isClosed(): boolean {
    return this.#penalties.allowed !== undefined
  }

  #of(id: number): number {
    const { presence = 0, frequency = 0, repetition = 1, bias, allowed } = this.#penalties
    if (allowed && !allowed.includes(id)) return FORBIDDEN
    const count = this.#counts.get(id) ?? 0
    const repeated = count > 0 ? presence + frequency * count + SAID * (1 - 1 / repetition) : 0
    return (bias?.get(id) ?? 0) - repeated
  }
}
