import { type PlainLine, readPrefix } from './read-prefix.ts'
import { SIGNATURES, type Signature } from './signatures.ts'

/** A line that says that something is broken. */
export type Match = { readonly signature: string; readonly line: string }

type Reading = {
  /** Lines of a Traceback are being read. */
  isInTraceback: boolean
  lines: number
  /** Another one belongs to the one before. */
  isChained: boolean
  /** The quote that a prompt began with and has not ended with, or `block` where it began on a line of its own. */
  prompt: string | undefined
  promptLines: number
}

/** From here on a line may quote what a user sent: nothing in it is the service's own word. */
const QUOTED =
  /\b(?:prompts?|messages?|inputs?|content|query|question|text|body|request|completion|output|answer|response)\b["']?\s*[:=]\s*(?<rest>.*)$/is
const CHAINED =
  /^(?:During handling of the above exception, another exception occurred|The above exception was the direct cause)/
/** What an exception looks like on the last line of a Traceback. */
const EXCEPTION =
  /^(?:[A-Za-z_][\w.]*\.)?[A-Z]\w*(?:Error|Exception|Interrupt|Exit|Iteration|Warning|Timeout)?(?::|$)/
/** A line that names no level and speaks of an error all the same. */
const SPEAKS_OF_ERROR =
  /^\W*(?:(?:[A-Za-z_][\w.]*\.)?\w*(?:Error|Exception):|(?:fatal|critical|error|exception|failed|failure|unhandled|panic|terminate)\b|[\w ]{0,40}\b(?:failed|error|exception)\b[^:'"]{0,40}:)/i
/** A prompt or a Traceback of more lines has no end that we know. */
const MOST_LINES = 500
/** Beyond this a line is no sentence of a log. */
const LONGEST = 16_384
/** Processes that write into one log. */
const MOST_ORIGINS = 64

/**
 * Reads a log line by line, in order, and finds what matches a known signature where the service itself speaks: not in what it quotes
 * of a request, not in a line that calls itself a warning or less. A Traceback of many lines is one match, beside what its last line says.
 */
export class LogReader {
  readonly #byOrigin = new Map<string, Reading>()

  read(line: string): readonly Match[] {
    const plain = readPrefix(line.slice(0, LONGEST))
    const reading = this.#of(plain.origin)
    if (skipsPrompt(plain, reading) || plain.level === 'other') {
      notePrompt(plain.text, reading)
      return []
    }
    const found = [...readTraceback(plain, reading), ...readSentence(plain)]
    notePrompt(plain.text, reading)
    return found
  }

  #of(origin: string): Reading {
    const known = this.#byOrigin.get(origin)
    if (known) return known
    if (this.#byOrigin.size >= MOST_ORIGINS) this.#byOrigin.clear()
    const fresh: Reading = {
      ...{ isInTraceback: false, lines: 0, isChained: false, prompt: undefined, promptLines: 0 },
    }
    this.#byOrigin.set(origin, fresh)
    return fresh
  }
}

/** Whether the line goes on with a prompt that began on an earlier one. */
function skipsPrompt({ text, hasPrefix }: PlainLine, reading: Reading): boolean {
  if (reading.prompt === undefined) return false
  const ends = hasPrefix || ++reading.promptLines > MOST_LINES
  if (!ends && reading.prompt !== 'block' && isClosed(text, reading.prompt)) {
    reading.prompt = undefined
    return true
  }
  if (ends) reading.prompt = undefined
  return !ends
}

/** A quote ends a prompt at the end of a line, or before the next field: a path in a Traceback is quoted, too. */
const isClosed = (text: string, quote: string): boolean => {
  const after = text.slice(text.lastIndexOf(quote) + 1)
  return text.includes(quote) && /^(?:\W*$|, *\w+ *[=:])/.test(after)
}

function notePrompt(text: string, reading: Reading): void {
  if (reading.prompt !== undefined) return
  const rest = QUOTED.exec(text)?.groups?.['rest']
  if (rest === undefined) return
  const [quote = ''] = /^['"`]/.exec(rest) ?? []
  const isOpen = quote !== '' && !rest.slice(1).includes(quote)
  if (rest === '') reading.prompt = 'block'
  else if (isOpen) reading.prompt = quote
  reading.promptLines = 0
}

const TRACEBACK = SIGNATURES.find(({ id }) => id === 'traceback') as Signature

function readTraceback({ text }: PlainLine, reading: Reading): readonly Match[] {
  if (TRACEBACK.matches.test(text)) {
    const isNew = !reading.isChained
    Object.assign(reading, { isInTraceback: true, lines: 0, isChained: false })
    // It is told with its last line, or not at all: the first says nothing.
    return isNew ? [{ signature: TRACEBACK.id, line: text }] : []
  }
  if (CHAINED.test(text)) reading.isChained = true
  else if (text.trim() !== '' && !reading.isInTraceback) reading.isChained = false
  if (reading.isInTraceback && (++reading.lines > MOST_LINES || EXCEPTION.test(text)))
    reading.isInTraceback = false
  return []
}

function readSentence({ text, level }: PlainLine): readonly Match[] {
  const own = ownWords(text)
  for (const { id, matches } of SIGNATURES) {
    if (id === TRACEBACK.id) continue
    const at = own.search(matches)
    if (at < 0) continue
    const isMeant = at === 0 || level === 'error' || SPEAKS_OF_ERROR.test(own)
    // Indented lines are source code or a quotation.
    if (isMeant && !/^\s/.test(own)) return [{ signature: id, line: text }]
  }
  return []
}

/** What stands before anything that it may quote. */
function ownWords(text: string): string {
  const at = text.search(QUOTED)
  return at < 0 ? text : text.slice(0, at)
}
