import type { Clock } from '../../clock.ts'
import type { LogWatch } from '../comparisons.ts'
import { followCommand } from './follow-command.ts'
import { followFile, type Place } from './follow-file.ts'
import { LogReader, type Match } from './read-lines.ts'

/** Where the log of a service is: what a command writes, or a file. */
export type LogSource = { readonly command: string } | { readonly file: string }

export type LogFollowing = {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly clock: Clock
  /** Where an earlier process had come to. */
  readonly from?: Place
  found(match: Match): void
  /** It cannot be read, or can again. */
  told(text: string): void
}

/** Reads the log of a service until it is stopped. */
export class LogFollower {
  readonly #with: LogFollowing
  #lines = 0
  #lost: string | undefined
  #place: Place | undefined
  #stop = new AbortController()
  #reading: Promise<void> = Promise.resolve()
  #source: LogSource | undefined

  constructor(following: LogFollowing) {
    this.#with = following
    this.#place = following.from
  }

  /** From now on this is the log; the same one goes on. */
  async follow(source: LogSource | undefined): Promise<void> {
    if (JSON.stringify(source) === JSON.stringify(this.#source)) return
    if (this.#source) {
      await this.stop()
      this.#place = undefined
    }
    this.#source = source
    if (!source) return
    this.#stop = new AbortController()
    const { clock, cwd, env } = this.#with
    const reader = new LogReader()
    const shared = {
      ...{ clock, signal: this.#stop.signal },
      line: (text: string) => {
        this.#lines++
        for (const match of reader.read(text)) this.#with.found(match)
      },
      lost: (reason: string | undefined) => this.#tell(reason),
    }
    this.#reading =
      'command' in source
        ? followCommand({ ...shared, command: source.command, cwd, env })
        : followFile({
            ...{ ...shared, file: source.file, ...(this.#place && { from: this.#place }) },
            at: (place) => {
              this.#place = place
            },
          })
  }

  get place(): Place | undefined {
    return this.#place
  }

  /** Undefined where no log was asked for. */
  seen(): LogWatch | undefined {
    if (!this.#source) return undefined
    return { lines: this.#lines, ...(this.#lost !== undefined && { lost: this.#lost }) }
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#reading
  }

  #tell(reason: string | undefined): void {
    if (reason === this.#lost) return
    const was = this.#lost
    this.#lost = reason
    if (reason !== undefined) this.#with.told(`The log is not read just now: ${reason}.`)
    else if (was !== undefined) this.#with.told('The log is read again.')
  }
}
