/** Why reading ended before the JSON did. It never leaves this folder. */
export class ScanStop extends Error {
  readonly ending: 'truncated' | 'malformed'

  constructor(ending: ScanStop['ending'], message: string) {
    super(message)
    this.ending = ending
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const CUT_NUMBER = /^-?(?:(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][+-]?)?)?$/
const HEX = /[\da-fA-F]/
const [QUOTE, BACKSLASH, FIRST_PRINTABLE] = [0x22, 0x5c, 0x20]
const SPACES: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d])
const WORDS: readonly (readonly [string, boolean | null])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
]

/** The tokens of RFC 8259, one after the other. Each reader throws a `ScanStop` where the text is cut or none of JSON. */
export class JsonTokens {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  skipSpace(): void {
    while (SPACES.has(this.#text.charCodeAt(this.#at))) this.#at += 1
  }

  tryTake(expected: string): boolean {
    if (this.#peek() !== expected) return false
    this.#at += 1
    return true
  }

  assertEnd(): void {
    if (this.#at < this.#text.length) this.malformed('text after the end of the JSON')
  }

  readScalar(): unknown {
    const first = this.#peek()
    if (first === '"') return this.#readString()
    return first === 't' || first === 'f' || first === 'n' ? this.#readWord() : this.#readNumber()
  }

  readKey(): string {
    if (this.#peek() !== '"') this.malformed('no quoted key')
    return this.#readString()
  }

  malformed(what: string): never {
    const seen = JSON.stringify(this.#text.slice(this.#at, this.#at + 12))
    throw new ScanStop('malformed', `${what} at character ${this.#at}: ${seen}`)
  }

  #readString(): string {
    const start = this.#at
    let hasEscapes = false
    for (this.#at += 1; ; this.#at += 1) {
      const code = this.#text.charCodeAt(this.#at)
      if (code === QUOTE) break
      if (Number.isNaN(code)) throw cutString()
      if (code < FIRST_PRINTABLE) this.malformed('a raw control character in a string')
      if (code !== BACKSLASH) continue
      hasEscapes = true
      this.#skipEscape()
    }
    this.#at += 1
    return hasEscapes
      ? JSON.parse(this.#text.slice(start, this.#at))
      : this.#text.slice(start + 1, this.#at - 1)
  }

  /** From the backslash to the last character of its escape. */
  #skipEscape(): void {
    const [letter, ...digits] = this.#text.slice(this.#at + 1, this.#at + 6)
    if (letter === undefined) throw cutString()
    if (!'"\\/bfnrtu'.includes(letter)) this.malformed('an unknown escape in a string')
    if (letter === 'u') {
      if (!digits.every((digit) => HEX.test(digit))) this.malformed('an unknown escape in a string')
      if (digits.length < 4) throw cutString()
    }
    this.#at += letter === 'u' ? 5 : 1
  }

  #readWord(): unknown {
    const rest = this.#text.slice(this.#at, this.#at + 5)
    for (const [word, value] of WORDS) {
      if (!rest.startsWith(word)) continue
      this.#at += word.length
      return value
    }
    const isCut =
      this.#at + rest.length === this.#text.length && WORDS.some(([word]) => word.startsWith(rest))
    if (isCut) throw new ScanStop('truncated', `the text ends inside "${rest}"`)
    return this.malformed('no JSON value')
  }

  #readNumber(): number {
    NUMBER.lastIndex = this.#at
    const [digits = ''] = NUMBER.exec(this.#text) ?? []
    // A number may go on with a sign, a point, or an exponent and its sign.
    const tail = this.#text.slice(this.#at + digits.length, this.#at + digits.length + 3)
    if (tail !== '' && tail.length < 3 && CUT_NUMBER.test(digits + tail))
      throw new ScanStop('truncated', 'the text ends inside a number')
    if (digits === '') this.malformed('no JSON value')
    this.#at += digits.length
    return Number(digits)
  }

  #peek(): string {
    const next = this.#text[this.#at]
    if (next === undefined) throw new ScanStop('truncated', 'the text ends before the JSON does')
    return next
  }
}

const cutString = (): ScanStop => new ScanStop('truncated', 'the text ends inside a string')
