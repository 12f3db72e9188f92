/** One cell of a table: one line, in which nothing is read as Markdown or HTML. */
export const cell = (text: string, limit = 400): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  const short = line.length > limit ? `${line.slice(0, limit - 1)}…` : line
  return short
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1')
    .replaceAll(/[\\`*_[\]|~#]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('@', '&#64;')
}

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
