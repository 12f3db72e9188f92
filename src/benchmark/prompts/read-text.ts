import { readFileSync, statSync } from 'node:fs'
import { HarnessError } from '../../errors.ts'

const MIB = 2 ** 20
/** More is read by nobody's benchmark, and a string of V8 holds little more. */
const MOST_MIB = 256

/** The text of a file that the user named. Throws `usage` for one that is missing, empty, too large or no UTF-8 text. */
export function readTextFile(file: string, what: string): string {
  const bytes = read(file, what)
  if (bytes.includes(0))
    throw refusal(file, what, 'it is binary: a byte of 0 stands in it', 'Give a text file')
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw refusal(file, what, 'it is no UTF-8 text', 'Save it as UTF-8', cause)
  }
  if (text.trim() === '') throw refusal(file, what, 'it is empty', 'Give a file that has something in it')
  return text
}

function read(file: string, what: string): Buffer {
  try {
    const stat = statSync(file)
    const { size } = stat
    if (!stat.isFile() && !stat.isFIFO()) throw refusal(file, what, 'it is no file', 'Correct the path')
    if (size > MOST_MIB * MIB)
      throw refusal(
        file,
        what,
        `it has ${Math.round(size / MIB)} MiB, and at most ${MOST_MIB} are read`,
        'Give a part of it',
      )
    return readFileSync(file)
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause
    const { code } = cause as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'there is no such file' : (cause as Error).message
    throw refusal(file, what, reason, 'Correct the path', cause)
  }
}

const refusal = (file: string, what: string, reason: string, next: string, cause?: unknown): HarnessError =>
  new HarnessError('usage', `The ${what} ${file} cannot be read: ${reason}. ${next}; nothing was sent.`, {
    cause,
  })
