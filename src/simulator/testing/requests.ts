import { type Asking, type Exchanged, exchange } from './exchange.ts'
import { turnClock } from './turn-clock.ts'

/** The requests of one test, timed by the turns of the loop. Those in flight when it ends are broken off, and their end is waited for: nothing outlives the test. */
export class Requests implements AsyncDisposable {
  readonly #leaving = new AbortController()
  readonly #inFlight = new Set<Promise<Exchanged>>()

  send(url: string, path: string, asking: Asking = {}): Promise<Exchanged> {
    const sent = exchange(url, path, { ...asking, signal: this.#leaving.signal, clock: turnClock })
    this.#inFlight.add(sent)
    const ended = () => this.#inFlight.delete(sent)
    sent.then(ended, ended)
    return sent
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leaving.abort()
    for (const end of await Promise.allSettled(this.#inFlight))
      if (end.status === 'rejected' && end.reason.name !== 'AbortError') throw end.reason
  }
}
