/** How a text stands as JSON: whole, cut short (a prefix of some JSON), or no JSON at all. */
export type JsonScan =
  | { readonly ending: 'complete' }
  | { readonly ending: 'truncated'; readonly reason: string }
  | { readonly ending: 'malformed'; readonly reason: string }

const SPACE = /[ \t\n\r]*/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 forbids just these inside a string.
const STRING_PART = /(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*/y
const CUT_ESCAPE = /^\\(?:u[\da-fA-F]{0,3})?$/
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const CUT_NUMBER = /^-?(?:(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][+-]?\d*)?)?$/

/**
 * Reads the raw text by RFC 8259 before any parser does: JSON.parse cannot tell a cut answer from a wrong one, which is
 * the difference between an honest `length` and a constraint that did not hold.
 */
export function scanJson(text: string): JsonScan {
  const scanner = { text, at: 0 }
  try {
    skipSpace(scanner)
    readValue(scanner)
    skipSpace(scanner)
    if (scanner.at < text.length) malformed(scanner, 'text after the end of the JSON')
    return { ending: 'complete' }
  } catch (stop) {
    if (stop instanceof ScanStop) return { ending: stop.ending, reason: stop.message }
    throw stop
  }
}

/** The share of JSON white space in a text: an answer that ran on in white space is nearly all of it. */
export function whitespaceShare(text: string): number {
  return text === '' ? 0 : (text.match(/[ \t\n\r]/g)?.length ?? 0) / text.length
}

type Scanner = { readonly text: string; at: number }

class ScanStop extends Error {
  readonly ending: 'truncated' | 'malformed'
  constructor(ending: ScanStop['ending'], message: string) {
    super(message)
    this.ending = ending
  }
}

/** Brackets are kept on a list, not on the call stack: hostile answers nest deeper than any stack. */
function readValue(scanner: Scanner): void {
  const open: ('{' | '[')[] = []
  for (;;) {
    const opened = readScalarOrOpening(scanner)
    if (opened !== undefined) {
      open.push(opened)
      skipSpace(scanner)
      if (!tryTake(scanner, opened === '{' ? '}' : ']')) {
        if (opened === '{') readKey(scanner)
        continue
      }
      open.pop()
    }
    if (!closeOrContinue(scanner, open)) return
  }
}

/** After a value: closes what ends here; true when another value must follow. */
function closeOrContinue(scanner: Scanner, open: ('{' | '[')[]): boolean {
  for (;;) {
    const innermost = open.at(-1)
    if (innermost === undefined) return false
    skipSpace(scanner)
    if (tryTake(scanner, ',')) {
      skipSpace(scanner)
      if (innermost === '{') readKey(scanner)
      return true
    }
    if (!tryTake(scanner, innermost === '{' ? '}' : ']'))
      malformed(scanner, `no "," or end of "${innermost}"`)
    open.pop()
  }
}

function readScalarOrOpening(scanner: Scanner): '{' | '[' | undefined {
  const first = peek(scanner)
  if (first === '{' || first === '[') {
    scanner.at += 1
    return first
  }
  if (first === '"') readString(scanner)
  else if (first === 't' || first === 'f' || first === 'n') readWord(scanner)
  else readNumber(scanner)
  return undefined
}

function readKey(scanner: Scanner): void {
  if (peek(scanner) !== '"') malformed(scanner, 'no quoted key')
  readString(scanner)
  skipSpace(scanner)
  if (!tryTake(scanner, ':')) malformed(scanner, 'no ":" after a key')
  skipSpace(scanner)
}

function readString(scanner: Scanner): void {
  scanner.at += 1
  match(scanner, STRING_PART)
  const rest = scanner.text.slice(scanner.at, scanner.at + 6)
  if (rest === '' || (scanner.at + rest.length === scanner.text.length && CUT_ESCAPE.test(rest)))
    throw new ScanStop('truncated', 'the text ends inside a string')
  if (rest[0] !== '"')
    malformed(
      scanner,
      rest[0] === '\\' ? 'an unknown escape in a string' : 'a raw control character in a string',
    )
  scanner.at += 1
}

function readWord(scanner: Scanner): void {
  const rest = scanner.text.slice(scanner.at, scanner.at + 5)
  const word = ['true', 'false', 'null'].find((candidate) => rest.startsWith(candidate))
  if (word !== undefined) scanner.at += word.length
  else if (scanner.at + rest.length === scanner.text.length && 'true false null'.includes(rest))
    throw new ScanStop('truncated', `the text ends inside "${rest}"`)
  else malformed(scanner, 'no JSON value')
}

function readNumber(scanner: Scanner): void {
  const rest = scanner.text.slice(scanner.at)
  const read = match(scanner, NUMBER)
  if (read.length === rest.length && read !== '') return
  if (rest.length < 400 && CUT_NUMBER.test(rest))
    throw new ScanStop('truncated', 'the text ends inside a number')
  if (read === '') malformed(scanner, 'no JSON value')
}

function match(scanner: Scanner, pattern: RegExp): string {
  pattern.lastIndex = scanner.at
  const [found = ''] = pattern.exec(scanner.text) ?? []
  scanner.at += found.length
  return found
}

const skipSpace = (scanner: Scanner): void => void match(scanner, SPACE)

function peek(scanner: Scanner): string {
  const next = scanner.text[scanner.at]
  if (next === undefined) throw new ScanStop('truncated', 'the text ends before the JSON does')
  return next
}

function tryTake(scanner: Scanner, expected: string): boolean {
  if (peek(scanner) !== expected) return false
  scanner.at += 1
  return true
}

function malformed(scanner: Scanner, what: string): never {
  const seen = JSON.stringify(scanner.text.slice(scanner.at, scanner.at + 12))
  throw new ScanStop('malformed', `${what} at character ${scanner.at}: ${seen}`)
}
