import { openPlainFile, readBytes } from './places.ts'

const CHUNK_BYTES = 1024 * 1024
/** No line of a run is longer: what is longer is not waited for. */
const LONGEST_LINE_BYTES = 64 * 1024 * 1024

/** The whole lines that a growing file gains: what was read once is not read again. */
export class Tail {
  readonly #folder: string
  readonly #name: string
  #offset = 0
  #rest: Buffer[] = []
  #restBytes = 0

  constructor(folder: string, name: string) {
    this.#folder = folder
    this.#name = name
  }

  /** The lines since the last call, a chunk of the file at a time. */
  async *lines(): AsyncGenerator<string, void> {
    if (this.#restBytes > LONGEST_LINE_BYTES) return
    await using file = await openPlainFile(this.#folder, this.#name)
    if (!file) return
    for (;;) {
      const chunk = await readBytes(file, this.#offset, CHUNK_BYTES)
      if (chunk.length === 0) return
      this.#offset += chunk.length
      yield* this.#split(chunk)
      if (this.#restBytes > LONGEST_LINE_BYTES) return
    }
  }

  *#split(chunk: Buffer): Generator<string, void> {
    let from = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      yield Buffer.concat([...this.#rest, chunk.subarray(from, end)]).toString()
      this.#rest = []
      this.#restBytes = 0
      from = end + 1
    }
    this.#rest.push(chunk.subarray(from))
    this.#restBytes += chunk.length - from
  }
}
