import { html, type Markup } from '../../kit/index.ts'
import { isJson, JSON_TOKEN } from './json-values.ts'
import type { Mark } from './locate.ts'

/** What is shown of a body, its JSON on lines of its own; each byte as it came but for the white space around it. */
export function bodyMarkup(text: string, marks: readonly Mark[]): readonly Markup[] {
  const pieces = isJson(text) && /^\s*[[{]/.test(text) ? laidOut(text) : [{ text, at: 0 }]
  return pieces.flatMap(({ text: piece, at }) =>
    at === undefined ? [html`${piece}`] : markedPiece(piece, at, marks),
  )
}

/** Without a place: white space of ours. */
type Piece = { readonly text: string; readonly at?: number }

function markedPiece(text: string, at: number, marks: readonly Mark[]): readonly Markup[] {
  const parts: Markup[] = []
  let done = 0
  for (const mark of marks) {
    const [from, to] = [Math.max(mark.start - at, done), Math.min(mark.end - at, text.length)]
    if (to <= from) continue
    parts.push(html`${text.slice(done, from)}<mark title="${mark.says}">${text.slice(from, to)}</mark>`)
    done = to
  }
  return [...parts, html`${text.slice(done)}`]
}

/** A list of plain values stays on one line: token ids would fill the page. */
function laidOut(json: string): readonly Piece[] {
  const tokens = [...json.matchAll(JSON_TOKEN)]
  const pieces: Piece[] = []
  let depth = 0
  let flatUntil = -1
  const lineBreak = () => pieces.push({ text: `\n${'  '.repeat(depth)}` })
  tokens.forEach(({ 0: token, index: at }, index) => {
    const isFlat = index <= flatUntil
    if ((token === '}' || token === ']') && !isFlat) {
      depth -= 1
      lineBreak()
    }
    pieces.push({ text: token, at })
    if (token === '{' || token === '[') {
      const end = nextBracket(tokens, index + 1)
      const isClosed = /[}\]]/.test(tokens[end]?.[0] ?? '')
      if (isClosed && (token === '[' || end === index + 1)) flatUntil = end
      else {
        depth += 1
        lineBreak()
      }
    } else if (token === ':') pieces.push({ text: ' ' })
    else if (token === ',') {
      if (isFlat) pieces.push({ text: ' ' })
      else lineBreak()
    }
  })
  return merged(pieces)
}

function nextBracket(tokens: readonly RegExpExecArray[], from: number): number {
  let at = from
  while (at < tokens.length && !/^[[{}\]]$/.test(tokens[at]?.[0] ?? '')) at += 1
  return at
}

/** Neighbours that stood beside each other in the text are one piece, so that a mark over both is one. */
function merged(pieces: readonly Piece[]): readonly Piece[] {
  const result: Piece[] = []
  for (const piece of pieces) {
    const last = result.at(-1)
    if (last?.at !== undefined && piece.at !== undefined && last.at + last.text.length === piece.at)
      result[result.length - 1] = { text: last.text + piece.text, at: last.at }
    else result.push(piece)
  }
  return result
}
