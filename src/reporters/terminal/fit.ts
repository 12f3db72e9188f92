import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'

/** Text and the columns of a terminal: a wide sign (CJK, emoji) takes two, whatever its length in code units. */

/** The columns that the text takes. */
export const widthOf = (text: string): number => stringWidth(text)

/** `padEnd` by columns. */
export const padTo = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - widthOf(text)))

/** One line of at most so many columns; what was cut shows as `…`. */
export function cutTo(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  const [head = ''] = wrapAnsi(text, Math.max(1, columns - 1), OF_LETTERS).split('\n')
  return columns < 2 ? '' : `${head}…`
}

const OF_LETTERS = { hard: true, wordWrap: false, trim: false } as const

/** Lines of at most so many columns, broken between words; the lines after the first begin with `indent`. */
export function wrapTo(text: string, columns: number, indent = ''): readonly string[] {
  if (columns === Number.POSITIVE_INFINITY || widthOf(text) <= columns) return [text]
  const room = Math.max(10, columns - widthOf(indent))
  const [first = '', ...rest] = wrapAnsi(text, room, { hard: true, trim: false }).split('\n')
  return [first.trimEnd(), ...rest.map((line) => indent + line.trim())]
}

/**
 * The text as one line that a terminal of this width breaks between words: each row is filled up with blanks. So it is still one line
 * for whoever copies or reads it.
 */
export function softWrap(text: string, columns: number): string {
  // A blank stands at the end of each row, also where a word would have filled it.
  const rows = widthOf(text) <= columns ? [text] : wrapTo(text, columns - 1)
  return rows.map((row, index) => (index < rows.length - 1 ? padTo(row, columns) : row)).join('')
}
