import { createReadStream } from 'node:fs'
import { TextDecoder } from 'node:util'
import { HarnessError } from '../../errors.ts'

/** In characters. A file without line ends must not fill the memory. */
const LONGEST_LINE = 4 * 2 ** 20

/**
 * The lines of a UTF-8 text file, one after the other, without their ends (LF or CRLF) and without a byte order mark; a last line
 * without an end counts, the nothing after a last end does not. Throws `usage` with the file and the reason where it cannot be
 * read or is no text.
 */
export async function* readLines(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  for await (const text of decoded(file, decoder)) {
    if (text.includes('\0')) throw unreadable(file, 'it is binary, or text in UTF-16')
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > LONGEST_LINE)
      throw unreadable(file, `it has a line of more than ${LONGEST_LINE} characters`)
    for (const line of lines) yield withoutReturn(line)
  }
  if (rest !== '') yield withoutReturn(rest)
}

async function* decoded(file: string, decoder: TextDecoder): AsyncGenerator<string> {
  try {
    for await (const bytes of createReadStream(file)) yield decoder.decode(bytes, { stream: true })
    yield decoder.decode()
  } catch (cause) {
    throw unreadable(file, reasonOf(cause as NodeJS.ErrnoException), cause)
  }
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line)

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'it does not exist'
  if (code === 'EISDIR') return 'it is a folder'
  if (code === 'EACCES' || code === 'EPERM') return 'its permissions forbid it'
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'it is binary or compressed, not UTF-8 text'
  return message
}

const unreadable = (file: string, reason: string, cause?: unknown): HarnessError =>
  new HarnessError(
    'usage',
    `${file} cannot be read: ${reason}. Give the path of a text file; nothing was sent.`,
    { cause },
  )
