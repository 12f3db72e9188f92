import type { LintPlace } from '../records/index.ts'
import type { Located } from './syntax.ts'

/** A file's text with its lines as Python counts them. */
export type Source = {
  readonly file: string
  readonly lines: readonly string[]
  /** Where a node stands; the parser counts bytes of UTF-8, people count characters. */
  place(node: Located): LintPlace
}

export function sourceOf(file: string, text: string): Source {
  const lines = text.split(/\r\n|\r|\n/)
  const column = (line: number, bytes: number): number => {
    const prefix = Buffer.from(lines[line - 1] ?? '', 'utf8')
      .subarray(0, bytes)
      .toString('utf8')
    return [...prefix].length + 1
  }
  return {
    file,
    lines,
    place: ({ lineno, col_offset, end_lineno = lineno, end_col_offset = col_offset + 1 }) => ({
      line: lineno,
      column: column(lineno, col_offset),
      endLine: end_lineno,
      endColumn: column(end_lineno, end_col_offset),
    }),
  }
}

/** PEP 263: a comment in the first two lines may name another encoding. */
const CODING = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/

/** The text of a file as Python would decode it; throws a reason that ends the sentence "FILE …". */
export function decodeSource(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 400))
    .toString('latin1')
    .split(/\r\n|\r|\n/)
    .slice(0, 2)
  const named = head.map((line) => CODING.exec(line)?.[1]).find((name) => name !== undefined) ?? 'utf-8'
  const label = /^(?:latin[-_]?1|iso[-_]8859[-_]1)\b/i.test(named) ? 'latin1' : named.replaceAll('_', '-')
  const decoder = (() => {
    try {
      return new TextDecoder(label, { fatal: true })
    } catch {
      throw new Error(`names an encoding that is not known here: ${named}`)
    }
  })()
  try {
    return decoder.decode(bytes)
  } catch {
    throw new Error(`is not ${named}, the encoding that Python would read it in`)
  }
}
