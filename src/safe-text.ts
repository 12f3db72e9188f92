import { stripVTControlCharacters } from 'node:util'

/** Text of a service or a command ends up in terminals, Markdown and XML: what could steer those is taken out of it first. */

/** Control characters, and the marks that turn the reading direction: a terminal or a viewer would obey them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g
const LONGEST = 300

const escapeUnit = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Line ends and tabs stay; every other control character shows as its escape, half a surrogate pair as U+FFFD. */
export const visible = (text: string): string =>
  text.replaceAll('\r\n', '\n').toWellFormed().replace(STEERING, escapeUnit)

/** The text on one line, with escapes for what steers, cut at `limit` characters with a mark that says so: for what a model wrote. */
export const oneLine = (text: string, limit = LONGEST): string => joined(visible(text), limit)

/** The same without what steers: for what a program prints, whose colours and progress bars are no part of what it says. */
export const plainLine = (text: string, limit = LONGEST): string =>
  joined(stripVTControlCharacters(text).toWellFormed().replace(STEERING, ' '), limit)

function joined(text: string, limit: number): string {
  const line = text.replace(/\s+/g, ' ').trim()
  const characters = [...line]
  return characters.length <= limit ? line : `${characters.slice(0, limit - 1).join('')}…`
}
