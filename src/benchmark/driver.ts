import type { Prepared } from '../client/index.ts'
import type { LoadAnswer, ScheduledRequest } from '../records/index.ts'
import { Backlog } from './backlog.ts'
import { Conversations } from './conversations.ts'
import type { Driven, DriveOptions, DriveReport } from './driving.ts'
import { openPacer, type Pacer } from './pacer.ts'
import { Places } from './places.ts'
import { Stream } from './stream.ts'

type Due = Pick<Driven, 'dueAtMs' | 'heldBack'>

/** One load while it is sent. */
export class Driver {
  readonly done = new Stream<Driven>()
  readonly #options: DriveOptions
  readonly #places: Places
  readonly #pacer: Pacer
  #startMs = Number.NaN
  readonly #conversations = new Conversations()
  readonly #backlog = new Backlog()
  readonly #misuse = new AbortController()
  readonly #told: AbortSignal
  #endedBy: DriveReport['endedBy'] = 'schedule'
  #sent = 0
  #unsent = { tooLate: 0, turns: 0 }

  constructor(options: DriveOptions) {
    this.#options = options
    this.#places = new Places(options.maxInFlight)
    this.#pacer = openPacer(options.clock)
    const { signal, stop } = options
    this.#told = stop ? AbortSignal.any([signal, stop]) : signal
  }

  /** Ends once all that was sent is answered or abandoned. */
  async run(): Promise<void> {
    const { startMs, clock } = this.#options
    this.#startMs = startMs ?? clock.monotonicMs()
    try {
      await this.#sendAll()
      await this.#places.allFree()
    } finally {
      this.#pacer[Symbol.dispose]()
      this.done.end()
    }
    this.#misuse.signal.throwIfAborted()
  }

  report(): DriveReport {
    const heldBack = this.#backlog.heldBack()
    return {
      ...{ endedBy: this.#endedBy, sent: this.#sent, unsent: this.#unsent },
      ...(heldBack && { heldBack }),
    }
  }

  async #sendAll(): Promise<void> {
    for await (const scheduled of this.#options.requests) {
      // What needs no answer is made ready before it is due.
      const early = scheduled.session ? undefined : this.#options.client.prepare(scheduled.request)
      const dueAtMs = scheduled.dueMs === undefined ? undefined : this.#startMs + scheduled.dueMs
      if (dueAtMs !== undefined) await this.#until(dueAtMs)
      const over = this.#over()
      if (over) {
        this.#endedBy = over
        break
      }
      const admitted = this.#conversations.admit(scheduled)
      if (admitted === 'over') this.#unsent.turns++
      if (admitted === 'ready') await this.#sendInTurn(scheduled, dueAtMs, early)
    }
  }

  async #sendInTurn(scheduled: ScheduledRequest, dueAtMs: number | undefined, early: Prepared | undefined) {
    const { clock, timeoutMs } = this.#options
    if (this.#places.areTaken && dueAtMs !== undefined)
      this.#backlog.foundNoPlace(clock.monotonicMs() - this.#startMs)
    await this.#places.take()
    const lateMs = dueAtMs === undefined ? 0 : clock.monotonicMs() - dueAtMs
    const isTooLate = lateMs > timeoutMs
    if (isTooLate) this.#unsent.tooLate++
    if (isTooLate || this.#over()) return this.#places.give()
    const heldBack = this.#backlog.sent(lateMs)
    this.#send(scheduled, { ...(dueAtMs !== undefined && { dueAtMs }), ...(heldBack && { heldBack }) }, early)
  }

  /** In a place that was taken for it. */
  #send(scheduled: ScheduledRequest, due: Due, early?: Prepared): void {
    const { client, timeoutMs, signal } = this.#options
    try {
      const prepared = early ?? this.#conversations.prepare(scheduled, client)
      this.#sent++
      client
        .send(prepared, { signal, timeoutMs })
        .then((answer) => this.#answered(scheduled, answer, due))
        .catch((error) => this.#cannotBeSent(error))
    } catch (error) {
      this.#cannotBeSent(error)
    }
  }

  #answered(scheduled: ScheduledRequest, answer: LoadAnswer, due: Due): void {
    const { clock, signal } = this.#options
    const { next, lost } = this.#conversations.answered(scheduled, answer)
    // Abandoned by us: it says nothing about the service.
    const isAbandoned = signal.aborted && answer.failure === 'aborted'
    if (!isAbandoned) {
      this.#unsent.turns += lost
      this.done.push({ scheduled, answer, ...due })
    }
    if (!next || this.#over()) this.#places.give()
    else this.#send(next, next.dueMs === undefined ? {} : { dueAtMs: clock.monotonicMs() })
  }

  #cannotBeSent(error: unknown): void {
    this.#misuse.abort(error)
    this.#places.give()
  }

  /** Why nothing more is sent; undefined while the load goes on. */
  #over(): DriveReport['endedBy'] | undefined {
    const { durationMs, clock } = this.#options
    if (this.#told.aborted || this.#misuse.signal.aborted) return 'told'
    if (durationMs !== undefined && clock.monotonicMs() - this.#startMs >= durationMs) return 'duration'
    return undefined
  }

  async #until(atMs: number): Promise<void> {
    if (atMs <= this.#options.clock.monotonicMs()) return
    this.#backlog.caughtUp()
    await this.#pacer.until(atMs, this.#told)
  }
}
