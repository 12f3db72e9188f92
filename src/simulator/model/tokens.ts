/** A token is up to four bytes of whole characters: the split of a text depends on nothing but the text before it. */
export const TOKEN_BYTES = 4

/** Length of the UTF-8 sequence that `lead` begins. */
export const sequenceLength = (lead: number): number =>
  lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4

export function tokenize(text: string): Uint8Array[] {
  const bytes = Buffer.from(text)
  const tokens: Uint8Array[] = []
  for (let start = 0; start < bytes.length; ) {
    const end = tokenEnd(bytes, start)
    tokens.push(bytes.subarray(start, end))
    start = end
  }
  return tokens
}

/** Tokens that `bytes` add to a token of which `begun` bytes are written: the begun one counts. */
export function countTokens(bytes: Uint8Array, begun = 0): number {
  let count = begun > 0 ? 1 : 0
  let room = begun > 0 ? TOKEN_BYTES - begun : 0
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes[at] ?? 0)
    if (length > room) {
      count += 1
      room = TOKEN_BYTES
    }
    room -= length
    at += length
  }
  return count
}

/** A token's id is its bytes read as a number to the base 257, so that ids and texts map one to one. */
export const tokenizer = {
  count: (text: string): number => countTokens(Buffer.from(text)),
  encode: (text: string): readonly number[] => tokenize(text).map(idOf),
  decode: (ids: readonly number[]): string => Buffer.concat(ids.map(bytesOf)).toString('utf8'),
}

/** Ids are below it. */
export const VOCABULARY_SIZE = 257 ** TOKEN_BYTES

function tokenEnd(bytes: Uint8Array, start: number): number {
  let end = start
  while (end < bytes.length) {
    const next = end + sequenceLength(bytes[end] ?? 0)
    if (next - start > TOKEN_BYTES) break
    end = next
  }
  return end
}

/** Of a token by its bytes; 0 is the end, which has none. */
export const idOf = (token: Uint8Array): number => token.reduce((id, byte) => id * 257 + byte + 1, 0)

export function bytesOf(id: number): Uint8Array {
  const bytes: number[] = []
  for (let rest = id; rest > 0; rest = Math.floor(rest / 257)) bytes.unshift((rest % 257) - 1)
  return Uint8Array.from(bytes)
}
