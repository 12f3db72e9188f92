/** One token a byte: the model reads and writes UTF-8. */
export type Tokenizer = {
  count(text: string): number
  encode(text: string): readonly number[]
  decode(ids: readonly number[]): string
}

export const byteTokenizer: Tokenizer = {
  count: (text) => Buffer.byteLength(text),
  encode: (text) => [...Buffer.from(text)],
  decode: (ids) => Buffer.from(ids).toString('utf8'),
}
