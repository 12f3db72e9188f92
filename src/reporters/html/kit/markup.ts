const MARKUP: unique symbol = Symbol('markup')
/** HTML that is safe to write: made by `html` and by nothing else. */
export type Markup = { readonly [MARKUP]: string }

/** What may stand in a template: text is escaped, a list is joined, and what is absent or false is left out. */
export type Content = Markup | string | number | false | null | undefined | readonly Content[]

/**
 * A template of HTML. Everything that is put into it is text unless it is markup itself, so a model's answer cannot become a tag
 * or leave an attribute; attributes stand in double quotes.
 */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  let text = parts[0] ?? ''
  contents.forEach((content, index) => {
    text += flat(content) + (parts[index + 1] ?? '')
  })
  return { [MARKUP]: text }
}

/** Text of this repository's own build: its style, its script. */
export const trusted = (text: string): Markup => ({ [MARKUP]: text })

export const textOf = (markup: Markup): string => markup[MARKUP]

/** Values for a script of the page, readable by `JSON.parse`; no part of it can end the element, and hidden signs are shown as in text. */
export const jsonScript = (id: string, value: unknown): Markup =>
  html`<script type="application/json" id="${id}">${trusted(JSON.stringify(value, withoutHidden).replaceAll('<', '\\u003c'))}</script>`

const withoutHidden = (_: string, value: unknown): unknown =>
  typeof value === 'string' ? shown(value) : value

function flat(content: Content): string {
  if (content === undefined || content === null || content === false) return ''
  if (typeof content === 'string' || typeof content === 'number') return escaped(shown(String(content)))
  if (MARKUP in content) return content[MARKUP]
  return content.map(flat).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)

/** Signs that change how others are shown, or that show nothing: a model's answer could hide what it says behind them. */
const HIDDEN = /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu

/** The same text, its hidden signs as their code points: ⟨U+202E⟩. */
export const shown = (text: string): string =>
  text.replace(
    HIDDEN,
    (sign) => `⟨U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
  )

/** At most so many characters of a text, with how many more there are. */
export const clipped = (text: string, limit: number): string =>
  text.length <= limit
    ? text
    : `${text.slice(0, limit)}… ${(text.length - limit).toLocaleString('en-US')} characters more`
