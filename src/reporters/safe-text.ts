/** Bytes of a service end up in terminals, Markdown and XML: what could steer those is made visible first. */

/** Control characters, and the marks that turn the reading direction: a terminal or a viewer would obey them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

const escapeUnit = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Line ends and tabs stay; every other control character shows as its escape, half a surrogate pair as U+FFFD. */
export const visible = (text: string): string =>
  text.replaceAll('\r\n', '\n').toWellFormed().replace(STEERING, escapeUnit)

/** The text on one line, cut at `limit` characters with a mark that says so. */
export function oneLine(text: string, limit = 300): string {
  const line = visible(text).replace(/\s+/g, ' ').trim()
  const characters = [...line]
  return characters.length <= limit ? line : `${characters.slice(0, limit - 1).join('')}…`
}

/** Both ends of a body are shown: a stream shows its fault at the end, an envelope at the beginning. */
const [HEAD_CHARACTERS, TAIL_CHARACTERS] = [704, 320]

/** A body of at most 1,024 characters as people read it; one that is longer loses its middle and says so, and where the rest is. */
export function shortBody(text: string, where = ', see verdict.json'): string {
  const left = text.length - HEAD_CHARACTERS - TAIL_CHARACTERS
  if (left <= 0) return text
  return `${text.slice(0, HEAD_CHARACTERS)} …[${left} characters cut${where}]… ${text.slice(-TAIL_CHARACTERS)}`
}
