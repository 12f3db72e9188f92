import { Lexer, parsePython, TokenType } from 'py-ast'
import type { StmtNode } from './syntax.ts'

export type Parsed = { readonly body: readonly StmtNode[] }
export type NotPython = { readonly line?: number; readonly column?: number; readonly reason: string }

/** Where the parser's messages say it, for the errors of its lexer have no fields. */
const AT = / at line (\d+)(?:, column (\d+))?$/

export function parse(text: string): Parsed | NotPython {
  try {
    return { body: parsePython(withUnions(withoutFormFeeds(text))).body }
  } catch (error) {
    if (error instanceof RangeError) return { reason: 'is nested too deeply to be read' }
    return whereOf(error instanceof Error ? error.message : String(error))
  }
}

/** Python forgets the indentation before a form feed, and takes another one as a space; the parser knows neither. */
const withoutFormFeeds = (text: string): string =>
  text.includes('\f') ? text.replace(/^[ \t\f]*\f/gm, '').replaceAll('\f', ' ') : text

/** `except A, B:` of Python 3.14, which the parser does not know: a comma at its head. */
const BARE_LIST = /^([ \t]*except\*?[ \t]+)([\w.]+(?:[ \t]*,[ \t]*[\w.]+)+)(?=[ \t]*:)/gm

/** The same columns with a union in it, `except A| B:`, which rules read as the list that it is. */
const withUnions = (text: string): string =>
  text.replace(BARE_LIST, (_, head: string, types: string) => head + types.replaceAll(',', '|'))

function whereOf(message: string): NotPython {
  const [found = '', line, column] = AT.exec(message) ?? []
  const said = message.slice(0, message.length - found.length)
  const reason = `does not parse as Python 3: ${said.charAt(0).toLowerCase()}${said.slice(1)}`
  if (line === undefined) return { reason }
  return { line: Number(line), column: column === undefined ? 1 : Number(column) + 1, reason }
}

export type CommentText = {
  readonly line: number
  /** In bytes, from 0. */
  readonly offset: number
  readonly text: string
  /** Whether nothing else stands on its line. */
  readonly isAlone: boolean
}

/** Every comment of a text that parses, those inside brackets too. */
export function commentsOf(text: string): readonly CommentText[] {
  const lines = text.split(/\r\n|\r|\n/)
  return new Lexer(withoutFormFeeds(text))
    .tokenize()
    .filter(({ type }) => type === TokenType.COMMENT)
    .map(({ lineno, col_offset, value }) => ({
      line: lineno,
      offset: col_offset,
      text: value,
      isAlone: (lines[lineno - 1] ?? '').trimStart().startsWith('#'),
    }))
}
