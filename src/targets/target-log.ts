import { createWriteStream, type WriteStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { StringDecoder } from 'node:string_decoder'
import type { Secret } from '../secret.ts'

const KEPT_LINES = 200
const LONGEST_LINE = 8_192
/** A service that floods its log must not fill the disk of the machine that judges it. */
const MOST_BYTES = 64 * 2 ** 20

/** What a target wrote: its last lines, and all of them in a file when one was asked for. No known secret stands in it. */
export class TargetLog {
  readonly #lines: string[] = []
  readonly #secrets: readonly Secret[]
  readonly #file: string | undefined
  readonly #warn: (text: string) => void
  #stream: WriteStream | undefined
  #room = MOST_BYTES

  constructor(secrets: readonly Secret[], file?: string, warn: (text: string) => void = () => {}) {
    this.#secrets = secrets
    this.#file = file
    this.#warn = warn
  }

  tail(count = KEPT_LINES): readonly string[] {
    return this.#lines.slice(-count)
  }

  write(line: string): void {
    const clean = this.#secrets.reduce((text, secret) => secret.redact(text), line).slice(0, LONGEST_LINE)
    this.#lines.push(clean)
    if (this.#lines.length > KEPT_LINES) this.#lines.shift()
    if (this.#room <= 0 || this.#file === undefined) return
    this.#room -= clean.length + 1
    this.#stream ??= this.#open(this.#file)
    this.#stream.write(`${this.#room > 0 ? clean : 'infergate: the log is cut here, it is too long'}\n`)
  }

  /** Takes lines from `stream` until it ends. */
  follow(stream: Readable): void {
    const decoder = new StringDecoder('utf8')
    let rest = ''
    stream.on('data', (bytes: Buffer) => {
      const parts = (rest + decoder.write(bytes)).split(/\r?\n/)
      rest = parts.pop() ?? ''
      for (const line of parts) this.write(line)
      if (rest.length < LONGEST_LINE) return
      this.write(rest)
      rest = ''
    })
    stream.on('error', () => {})
    stream.once('close', () => {
      if (rest !== '') this.write(rest)
    })
  }

  async close(): Promise<void> {
    if (!this.#stream || this.#stream.closed) return
    this.#stream.end()
    await finished(this.#stream).catch(() => {})
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
