import type { ScheduledRequest } from '../records/index.ts'

/**
 * Which of several workers sends which request of one schedule: request i is that of worker i mod n, whoever is quicker. A conversation
 * is one worker's, since its turns hold its answers: that of its first turn.
 */
export class Shares {
  readonly #workers: number
  readonly #bySession = new Map<string, number>()

  constructor(workers: number) {
    this.#workers = workers
  }

  workerOf({ index, session }: ScheduledRequest): number {
    if (!session) return index % this.#workers
    const known = this.#bySession.get(session.id)
    if (known !== undefined) return known
    const worker = index % this.#workers
    this.#bySession.set(session.id, worker)
    return worker
  }
}

/** So many places in flight for each worker: together all of them, none of them more than one above another. */
export const sharePlaces = (places: number, workers: number): readonly number[] =>
  Array.from({ length: workers }, (_, at) => Math.floor(places / workers) + (at < places % workers ? 1 : 0))
