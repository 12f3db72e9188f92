import { isObject } from '../fields.ts'

const OPEN = '<tool_call>'
const CLOSE = '</tool_call>'

export type ParsedCall = { readonly name: string; readonly arguments: string }

/** A whole answer, read as vLLM's parser for Hermes models reads it. */
export type ParsedAnswer = { readonly content: string | null; readonly calls: readonly ParsedCall[] }

/** Calls where every one of them can be read, else all of it is content. */
export function parseAnswer(text: string): ParsedAnswer {
  const at = text.indexOf(OPEN)
  if (at < 0) return { content: text, calls: [] }
  const calls = regions(text).map(({ json }) => readCall(json))
  if (!calls.every((call) => call !== undefined)) return { content: text, calls: [] }
  return { content: text.slice(0, at) || null, calls }
}

function readCall(json: string): ParsedCall | undefined {
  const call = parse(json)
  if (!isObject(call) || typeof call['name'] !== 'string' || call['arguments'] === undefined) return undefined
  return { name: call['name'], arguments: spaced(call['arguments']) }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** JSON with a blank after each comma and colon, as Python writes it. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (!isObject(value)) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}: ${spaced(inner)}`)
    .join(', ')}}`
}

/** What stands between the marks, as far as it has come. */
function regions(text: string): readonly { readonly json: string; readonly isWhole: boolean }[] {
  return text
    .split(OPEN)
    .slice(1)
    .map((region) => {
      const end = region.indexOf(CLOSE)
      const json = (end >= 0 ? region.slice(0, end) : withoutBeginningOf(CLOSE, region)).trim()
      return { json, isWhole: end >= 0 || parse(json) !== undefined }
    })
}

/** The text without an end that may become `mark`. */
function withoutBeginningOf(mark: string, text: string): string {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length--)
    if (text.endsWith(mark.slice(0, length))) return text.slice(0, -length)
  return text
}

/** A part of a call: its name comes first and once, then its arguments piece by piece. */
export type CallDelta =
  | { readonly index: number; readonly name: string }
  | { readonly index: number; readonly arguments: string }

export type AnswerDelta = { readonly content?: string; readonly calls: readonly CallDelta[] }

/** The same reading piece by piece: what may still become a mark is kept back. */
export class CallStream {
  #text = ''
  #sentContent = 0
  readonly #calls: { sentArguments: string }[] = []

  /** What this piece adds; undefined: nothing yet. */
  push(piece: string): AnswerDelta | undefined {
    this.#text += piece
    const content = this.#newContent()
    const calls = regions(this.#text).flatMap(({ json, isWhole }, index) =>
      this.#newParts(json, isWhole, index),
    )
    if (content === '' && calls.length === 0) return undefined
    return { ...(content !== '' && { content }), calls }
  }

  #newContent(): string {
    const at = this.#text.indexOf(OPEN)
    const until = at >= 0 ? at : withoutBeginningOf(OPEN, this.#text).length
    const content = this.#text.slice(this.#sentContent, until)
    this.#sentContent = Math.max(this.#sentContent, until)
    return content
  }

  #newParts(json: string, isWhole: boolean, index: number): readonly CallDelta[] {
    const parts: CallDelta[] = []
    if (!this.#calls[index]) {
      const [, name] = /"name"\s*:\s*"([^"]+)"/.exec(json) ?? []
      if (name === undefined) return []
      this.#calls[index] = { sentArguments: '' }
      parts.push({ index, name })
    }
    const call = this.#calls[index]
    const [mark] = /"arguments"\s*:\s*/.exec(json) ?? []
    if (!call || mark === undefined) return parts
    const raw = json.slice(json.indexOf(mark) + mark.length)
    // The brace that closes the call is none of its arguments'.
    const all = isWhole ? raw.trimEnd().replace(/\}$/, '').trimEnd() : raw
    const more = all.slice(call.sentArguments.length)
    if (more === '') return parts
    call.sentArguments += more
    return [...parts, { index, arguments: more }]
  }
}
