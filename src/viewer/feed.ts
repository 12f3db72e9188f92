import type { ServerResponse } from 'node:http'
import type { Clock } from '../clock.ts'
import { beginEvents } from './answers.ts'

const LOOK_MS = 500
/** Without an event a proxy, or a laptop's sleep, is not noticed. */
const QUIET_LOOKS = 30
/** Tabs of one person; a script that opens more gets no more. */
export const MOST_READERS = 64
/** Who does not read for so many looks is let go, and may come again. */
const MOST_MISSED = 60

type Reader = {
  readonly response: ServerResponse
  /** What changed for this reader, as one event; undefined: nothing. */
  next(): Promise<string | undefined>
  quiet: number
  missed: number
}

/** Readers that are told of changes, each as fast as it reads. Nothing is looked at while there is none. */
export class Feed implements AsyncDisposable {
  readonly #readers = new Set<Reader>()
  readonly #clock: Clock
  readonly #ended = new AbortController()
  #looking: Promise<void> | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** False where there are too many. */
  add(response: ServerResponse, next: Reader['next']): boolean {
    if (this.#readers.size >= MOST_READERS || this.#ended.signal.aborted) return false
    beginEvents(response)
    const reader: Reader = { response, next, quiet: 0, missed: 0 }
    this.#readers.add(reader)
    response.on('close', () => this.#readers.delete(reader))
    response.on('error', () => this.#readers.delete(reader))
    this.#look()
    return true
  }

  #look(): void {
    if (this.#readers.size === 0 || this.#ended.signal.aborted) return
    this.#looking ??= this.#round().finally(() => {
      this.#looking = undefined
      this.#look()
    })
  }

  async #round(): Promise<void> {
    await Promise.all([...this.#readers].map(tell))
    // Rejects where it is disposed.
    await this.#clock.sleep(LOOK_MS, this.#ended.signal).catch(() => {})
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort()
    for (const { response } of this.#readers) response.destroy()
    await this.#looking
  }
}

async function tell(reader: Reader): Promise<void> {
  const { response } = reader
  // Each event says all that is new, so a slow reader misses none by waiting.
  if (response.writableNeedDrain) {
    if (++reader.missed > MOST_MISSED) response.destroy()
    return
  }
  reader.missed = 0
  const event = await reader.next()
  if (response.destroyed) return
  if (event !== undefined) response.write(`data: ${event}\n\n`)
  else if (reader.quiet++ < QUIET_LOOKS) return
  else response.write(': still here\n\n')
  reader.quiet = 0
}
