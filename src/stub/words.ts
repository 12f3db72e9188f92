const LETTERS = 26

/** Text of the tokens from a place on: a token is a space and a word. The first word of an answer is its id, the others a, b, c … */
export function wordsOf(id: string, place: number, tokens: number, isWide: boolean): string {
  const from = place % LETTERS
  const line = isWide ? WIDE : PLAIN
  if (place > 0 && from + tokens <= 2 * LETTERS) return line.slice(2 * from, 2 * (from + tokens))
  let text = ''
  for (let index = place; index < place + tokens; index++)
    text +=
      index === 0
        ? ` ${isWide ? '語' : ''}${id}`
        : line.slice(2 * (index % LETTERS), 2 * (index % LETTERS) + 2)
  return text
}

const lineFrom = (code: number): string =>
  Array.from({ length: 2 * LETTERS }, (_, index) => ` ${String.fromCharCode(code + (index % LETTERS))}`).join(
    '',
  )

const PLAIN = lineFrom(0x61)
/** Three bytes each in UTF-8. */
const WIDE = lineFrom(0x4e00)
