import { LiveRun } from './live-run.ts'

/** So many runs that go on are kept, those that were asked for last. */
const MOST = 8

/** The runs that somebody watches: each is read once, however many watch it. */
export class LiveRuns {
  readonly #kept = new Map<string, LiveRun>()
  readonly #reading = new Map<string, Promise<void>>()

  /** The run as it is now. */
  async of(folder: string): Promise<LiveRun> {
    const run = this.#kept.get(folder) ?? new LiveRun(folder)
    this.#kept.delete(folder)
    this.#kept.set(folder, run)
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST) break
      this.#kept.delete(oldest)
    }
    const reading = this.#reading.get(folder) ?? run.read().finally(() => void this.#reading.delete(folder))
    this.#reading.set(folder, reading)
    await reading
    return run
  }
}
