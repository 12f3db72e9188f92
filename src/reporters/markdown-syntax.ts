import { oneLine, visible } from './safe-text.ts'

/** Text that must stay text: nothing in it is read as Markdown or HTML, and it cannot leave its table cell. */
export const escapeText = (text: string, limit = 600): string =>
  oneLine(text, limit)
    .replace(/[\\`*_[\]|~#]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('@', '&#64;')

/** Inline code; the marks around it are longer than any run of backticks inside. */
export function code(text: string, limit = 200): string {
  const line = oneLine(text, limit)
  const marks = '`'.repeat(longestRun(line) + 1)
  const pad = line.startsWith('`') || line.endsWith('`') || line === '' ? ' ' : ''
  // A bar ends a table cell even inside code, so it is escaped there as GitHub's tables want it.
  return `${marks}${pad}${line.replaceAll('|', '\\|')}${pad}${marks}`
}

/** A fenced block that the bytes inside cannot close. */
export function fence(text: string, language = ''): string {
  const marks = '`'.repeat(Math.max(3, longestRun(text) + 1))
  return `${marks}${language}\n${visible(text)}\n${marks}`
}

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const longestRun = (text: string): number =>
  Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length))
