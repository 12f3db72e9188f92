import { createWriteStream, type WriteStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { StringDecoder } from 'node:string_decoder'
import { stripVTControlCharacters } from 'node:util'
import { Redactor, type Secret } from '../secret.ts'

const KEPT_LINES = 200
/** Characters; a longer line is kept in pieces. */
const LONGEST_PIECE = 8_192
/** By code points: half a surrogate pair is no text. */
const PIECE = new RegExp(`.{1,${LONGEST_PIECE}}`, 'gsu')
/** A service that floods its log must not fill the disk of the machine that judges it. */
const MOST_BYTES = 64 * 2 ** 20

/** What one stream of the target has begun to write. */
type OpenLine = { text: string }

/** What a target wrote: its last lines, and all of them in a file when one was asked for. No known secret stands in it. */
export class TargetLog {
  readonly #lines: string[] = []
  readonly #redactor: Redactor
  readonly #file: string | undefined
  readonly #warn: (text: string) => void
  readonly #saw: (line: string) => void
  #stream: WriteStream | undefined
  #room = MOST_BYTES
  #latest: OpenLine = { text: '' }

  constructor(
    secrets: readonly Secret[],
    file?: string,
    warn: (text: string) => void = () => {},
    saw: (line: string) => void = () => {},
  ) {
    this.#saw = saw
    this.#redactor = new Redactor(secrets)
    this.#file = file
    this.#warn = warn
  }

  tail(count = KEPT_LINES): readonly string[] {
    return this.#lines.slice(-count)
  }

  /** The last thing that was written, also before its line ends: a progress bar may redraw one line for minutes. */
  lastLine(): string | undefined {
    const { text } = this.#latest
    const shown = this.#redactor.redact(text.slice(0, this.#redactor.border(text)))
    return [...this.#lines.slice(-1), ...shown.split('\r')]
      .map((line) => stripVTControlCharacters(line).trim())
      .findLast((line) => line !== '')
  }

  write(line: string): void {
    const clean = this.#redactor.redact(line)
    for (const piece of clean.match(PIECE) ?? ['']) this.#keep(piece)
  }

  /** Takes lines from `stream` until it ends. */
  follow(stream: Readable): void {
    const decoder = new StringDecoder('utf8')
    const open: OpenLine = { text: '' }
    stream.on('data', (bytes: Buffer) => {
      const parts = (open.text + decoder.write(bytes)).split(/\r?\n/)
      open.text = parts.pop() ?? ''
      this.#latest = open
      for (const line of parts) this.write(line)
      if (open.text.length < LONGEST_PIECE) return
      // A secret that began here would be written in two halves, neither of which is known.
      const border = this.#redactor.border(open.text)
      if (border === 0) return
      this.write(open.text.slice(0, border))
      open.text = open.text.slice(border)
    })
    stream.on('error', () => {})
    stream.once('close', () => {
      if (open.text !== '') this.write(open.text)
      open.text = ''
    })
  }

  async close(): Promise<void> {
    if (!this.#stream || this.#stream.closed) return
    this.#stream.end()
    await finished(this.#stream).catch(() => {})
  }

  #keep(line: string): void {
    this.#lines.push(line)
    this.#saw(line)
    if (this.#lines.length > KEPT_LINES) this.#lines.shift()
    if (this.#room <= 0 || this.#file === undefined) return
    this.#room -= Buffer.byteLength(line) + 1
    this.#stream ??= this.#open(this.#file)
    this.#stream.write(`${this.#room > 0 ? line : 'infergate: the log is cut here, it is too long'}\n`)
  }

  #open(file: string): WriteStream {
    const stream = createWriteStream(file, { flags: 'a' })
    // The log is a convenience: a full disk ends the file, not the run.
    stream.on('error', ({ message }) => {
      if (this.#room > 0)
        this.#warn(
          `The log of the target ends early, since ${file} cannot be written (${message}): free disk space; the run goes on without that file.`,
        )
      this.#room = 0
    })
    return stream
  }
}
