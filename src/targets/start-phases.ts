import { after, type Clock } from '../clock.ts'
import type { TargetLog } from './target-log.ts'

/** A start may take half an hour: this often it says that it goes on. */
const REPEAT_MS = 2_000
/** Of the log's last line, in characters. */
const LONGEST_LINE = 200

type Options = {
  readonly log: TargetLog
  readonly clock: Clock
  readonly say: (text: string) => void
}

/** Says each phase of a start when it begins, and every few seconds again, with the time since the start and the log's last line. */
export class StartPhases implements Disposable {
  readonly #options: Options
  readonly #startedAtMs: number
  #phase = ''
  #repeat: Disposable | undefined

  constructor(options: Options) {
    this.#options = options
    this.#startedAtMs = options.clock.monotonicMs()
  }

  begin(phase: string): void {
    this.#phase = phase
    this.#options.say(phase)
    this.#repeatLater()
  }

  [Symbol.dispose](): void {
    this.#repeat?.[Symbol.dispose]()
  }

  #repeatLater(): void {
    this.#repeat?.[Symbol.dispose]()
    this.#repeat = after(this.#options.clock, REPEAT_MS, () => {
      const { clock, log, say } = this.#options
      const line = log.lastLine()?.slice(0, LONGEST_LINE)
      const elapsed = inWords(clock.monotonicMs() - this.#startedAtMs)
      say(`${this.#phase}, ${elapsed}${line === undefined ? '' : `; log: ${line}`}`)
      this.#repeatLater()
    })
  }
}

/** `12 s`, `3 min 5 s`. */
function inWords(ms: number): string {
  const seconds = Math.floor(ms / 1_000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}
