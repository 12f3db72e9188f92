/** A character of which some bytes were read, as UTF-8 or (in JSON) as an escape. */
export type Partial =
  | { readonly kind: 'utf8'; readonly value: number; readonly left: number; readonly floor: number }
  | { readonly kind: 'escape' }
  | { readonly kind: 'hex'; readonly value: number; readonly left: number }
  /** Second half of a surrogate pair: `\`, then `u`, then four digits. */
  | { readonly kind: 'low-escape' | 'low-u'; readonly high: number }
  | { readonly kind: 'low-hex'; readonly high: number; readonly value: number; readonly left: number }

/** A whole code point, a character begun, or undefined: no character continues so. */
export type Read = number | Partial | undefined

/** `json`: inside the quotes of a JSON string. The closing quote is the caller's business. */
export function beginCharacter(byte: number, form: 'raw' | 'json'): Read {
  if (form === 'json') {
    if (byte === 0x5c) return { kind: 'escape' }
    if (byte < 0x20 || byte === 0x22) return undefined
  }
  if (byte < 0x80) return byte
  if (byte < 0xc2 || byte > 0xf4) return undefined
  if (byte < 0xe0) return { kind: 'utf8', value: byte & 0x1f, left: 1, floor: 0x80 }
  if (byte < 0xf0) return { kind: 'utf8', value: byte & 0x0f, left: 2, floor: 0x800 }
  return { kind: 'utf8', value: byte & 0x07, left: 3, floor: 0x10000 }
}

const SIMPLE_ESCAPES = new Map(
  [...'"\\/bfnrt'].map((char, i) => [char.charCodeAt(0), '"\\/\b\f\n\r\t'.charCodeAt(i)]),
)

export function continueCharacter(partial: Partial, byte: number): Read {
  switch (partial.kind) {
    case 'utf8': {
      if ((byte & 0xc0) !== 0x80) return undefined
      const value = (partial.value << 6) | (byte & 0x3f)
      return partial.left === 1 ? value : { ...partial, value, left: partial.left - 1 }
    }
    case 'escape':
      return byte === 0x75 ? { kind: 'hex', value: 0, left: 4 } : SIMPLE_ESCAPES.get(byte)
    case 'hex':
      return continueHex(partial.value, partial.left, byte, (value) =>
        value >= 0xd800 && value < 0xdc00 ? { kind: 'low-escape', high: value } : value,
      )
    case 'low-escape':
      return byte === 0x5c ? { kind: 'low-u', high: partial.high } : undefined
    case 'low-u':
      return byte === 0x75 ? { kind: 'low-hex', high: partial.high, value: 0, left: 4 } : undefined
    case 'low-hex': {
      const { high } = partial
      const whole = (low: number) => pair(high, low)
      const read = continueHex(partial.value, partial.left, byte, whole)
      return typeof read === 'object' ? { kind: 'low-hex', high, value: read.value, left: read.left } : read
    }
  }
}

function continueHex<R extends Read>(value: number, left: number, byte: number, whole: (value: number) => R) {
  const digit = hexDigit(byte)
  if (digit === undefined) return undefined
  const longer = value * 16 + digit
  return left === 1 ? whole(longer) : ({ kind: 'hex', value: longer, left: left - 1 } as const)
}

function hexDigit(byte: number): number | undefined {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : undefined
}

const pair = (high: number, low: number): number | undefined =>
  low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00) : undefined

/** The code points that a partly read character may still become, as inclusive ranges (surrogates not yet removed). */
export function possible(partial: Partial): readonly (readonly [number, number])[] {
  switch (partial.kind) {
    case 'utf8': {
      const low = partial.value << (6 * partial.left)
      const high = low + (1 << (6 * partial.left)) - 1
      return [[Math.max(low, partial.floor), Math.min(high, 0x10ffff)]]
    }
    case 'escape':
      return [[0, 0x10ffff]]
    case 'hex':
      return hexPossible(partial.value, partial.left)
    case 'low-escape':
    case 'low-u':
      return [astral(partial.high, 0xdc00, 0xdfff)]
    case 'low-hex': {
      const [low, high] = spread(partial.value, partial.left)
      return [astral(partial.high, Math.max(low, 0xdc00), Math.min(high, 0xdfff))]
    }
  }
}

function hexPossible(value: number, left: number): readonly (readonly [number, number])[] {
  const [low, high] = spread(value, left)
  const [firstHigh, lastHigh] = [Math.max(low, 0xd800), Math.min(high, 0xdbff)]
  if (firstHigh > lastHigh) return [[low, high]]
  return [
    [low, high],
    [astral(firstHigh, 0xdc00, 0xdc00)[0], astral(lastHigh, 0xdfff, 0xdfff)[1]],
  ]
}

const spread = (value: number, left: number): readonly [number, number] => {
  const low = value * 16 ** left
  return [low, low + 16 ** left - 1]
}

/** Empty (first above last) where no low surrogate is left. */
const astral = (high: number, firstLow: number, lastLow: number): readonly [number, number] => {
  const base = 0x10000 + ((high - 0xd800) << 10)
  return [base + firstLow - 0xdc00, base + lastLow - 0xdc00]
}

/** The bytes still missing until a partly read character has become `point`, which must be possible. */
export function missingBytes(partial: Partial, point: number): readonly number[] {
  switch (partial.kind) {
    case 'utf8':
      return [...Buffer.from(String.fromCodePoint(point))].slice(-partial.left)
    case 'escape':
      return [...escaped(point)].slice(1).map((char) => char.charCodeAt(0))
    case 'hex':
      return ascii(unicodeEscape(point).slice(6 - partial.left))
    case 'low-escape':
      return ascii(unicodeEscape(point).slice(6))
    case 'low-u':
      return ascii(unicodeEscape(point).slice(7))
    case 'low-hex':
      return ascii(unicodeEscape(point).slice(12 - partial.left))
  }
}

const ascii = (text: string): number[] => [...Buffer.from(text)]

const escaped = (point: number): string => {
  const short = JSON.stringify(String.fromCodePoint(point)).slice(1, -1)
  return short.startsWith('\\') ? short : unicodeEscape(point)
}

/** `\uXXXX`, twice for a code point outside the basic plane. */
const unicodeEscape = (point: number): string =>
  String.fromCodePoint(point)
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
