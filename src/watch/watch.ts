import { sampleOf } from '../benchmark/index.ts'
import { aborted, after, type Clock } from '../clock.ts'
import type { Generation, GenerationRequest, Sample, ServiceProfile } from '../records/index.ts'
import { isComparable, requestAt } from './requests.ts'
import { afterEvent, alarmsOf, slowOf, type WatchEvent, type WatchState } from './state.ts'
import type { WatchedService } from './watched-service.ts'

/** How a watch goes: these may change while it does. */
export type Pace = {
  readonly everyMs: number
  /** Absent: until somebody ends it. */
  readonly forMs?: number
}

export type WatchInput = {
  readonly service: WatchedService
  readonly state: WatchState
  readonly seed: number
  readonly clock: Clock
  /** Ends it. */
  readonly signal: AbortSignal
  /** What it is paced by, read before each request. */
  readonly pace: () => Pace
  /** Known of an earlier process. */
  readonly profile?: ServiceProfile
  /** After each event: what is kept here, a killed process has not lost. */
  keep(state: WatchState): void
  sampled(sample: Sample): void
  profiled(profile: ServiceProfile): void
}

/** After a failure or a slow answer one looks again this soon: a service that is dead is dead then, too. */
const SECOND_LOOK_MS = 1_500
/** No room for it is about load, not about what it asked for. */
const TOO_MANY = 429
/** The first requests follow each other like this. */
const FIRST_PAUSE_MS = 200
/** A service that answers nothing any more is not sent more than so many requests at a time. */
const MOST_IN_FLIGHT = 8
/** The server's counters are read so often. */
const COUNTERS_MS = 10_000

/** Something of the service was shown to be wrong, or the time is over, or somebody ended it. */
export type WatchEnd = { readonly state: WatchState; readonly by: 'alarm' | 'time' | 'signal' }

/**
 * Asks one request after another, health beside each, and stops at the first thing that is shown to be wrong. A request
 * that is not answered does not hold up the next.
 */
export class Watch {
  readonly #input: WatchInput
  readonly #stop = new AbortController()
  readonly #startMs: number
  readonly #before: number
  readonly #inFlight = new Set<Promise<void>>()
  #state: WatchState
  #profile: ServiceProfile | undefined
  #index: number
  #isUneasy = false
  #by: WatchEnd['by'] | undefined
  #countersMs = Number.NEGATIVE_INFINITY

  constructor(input: WatchInput) {
    this.#input = input
    this.#state = input.state
    this.#profile = input.profile
    this.#index = input.state.requests
    this.#startMs = input.clock.monotonicMs()
    this.#before = input.state.watchedMs
  }

  get state(): WatchState {
    return this.#state
  }

  /** Milliseconds since the watch began, over all its processes. */
  atMs(): number {
    return this.#before + this.#input.clock.monotonicMs() - this.#startMs
  }

  /** Takes something in; also what others have seen: lines of a log. */
  take(event: WatchEvent): void {
    if (this.#by !== undefined) return
    this.#state = { ...afterEvent(this.#state, event), watchedMs: this.atMs() }
    if (alarmsOf(this.#state).length > 0) this.#end('alarm')
    this.#input.keep(this.#state)
  }

  async run(): Promise<WatchEnd> {
    const { signal, clock, pace } = this.#input
    const onAbort = () => this.#end('signal')
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      while (this.#by === undefined) {
        const sentMs = clock.monotonicMs()
        const asked = this.#ask(this.#index++)
        this.#inFlight.add(asked)
        void asked.finally(() => this.#inFlight.delete(asked))
        if (this.#isFirst() && !this.#isUneasy) {
          await asked
          await this.#wait(clock.monotonicMs(), () => FIRST_PAUSE_MS)
        } else await this.#wait(sentMs, () => this.#pauseMs())
        while (this.#inFlight.size >= MOST_IN_FLIGHT && this.#by === undefined)
          await Promise.race([...this.#inFlight, aborted(this.#stop.signal)])
        const { forMs } = pace()
        if (forMs !== undefined && this.atMs() >= forMs) this.#end('time')
      }
      this.#stop.abort()
      await Promise.allSettled(this.#inFlight)
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
    return { state: { ...this.#state, watchedMs: this.atMs() }, by: this.#by }
  }

  #isFirst(): boolean {
    return this.#state.requests < this.#state.terms.first
  }

  #pauseMs(): number {
    const { everyMs } = this.#input.pace()
    return this.#isUneasy ? Math.min(everyMs, SECOND_LOOK_MS) : everyMs
  }

  /** Until the pause is over, or the watch; how long it is may change while it lasts. */
  async #wait(fromMs: number, pauseMs: () => number): Promise<void> {
    const { clock, pace } = this.#input
    while (this.#by === undefined) {
      const { forMs = Number.POSITIVE_INFINITY } = pace()
      const ms = Math.min(fromMs + pauseMs() - clock.monotonicMs(), forMs - this.atMs())
      if (ms <= 0) return
      await clock.sleep(Math.min(ms, LOOK_MS), this.#stop.signal).catch(() => {})
    }
  }

  async #ask(index: number): Promise<void> {
    const { service, clock, seed } = this.#input
    const { signal } = this.#stop
    const request = requestAt(index, seed, this.#profile, this.#isUneasy)
    const slowFrom = isComparable(request) ? slowOf(this.#state) : undefined
    let isOverdue = false
    using _overdue =
      slowFrom === undefined
        ? undefined
        : after(clock, slowFrom + 1, () => {
            isOverdue = true
            this.#isUneasy = true
            this.take({ kind: 'overdue', ms: slowFrom + 1 })
          })
    const [answer, health] = await Promise.all([
      service.generate(request, signal),
      service.health(signal).catch(() => undefined),
    ])
    _overdue?.[Symbol.dispose]()
    // Abandoned by us: it says nothing about the service.
    if (signal.aborted) return
    const sample = this.#sampled(answer, request, index)
    if (answer.outcome === 'failed' && answer.status === TOO_MANY) return this.take({ kind: 'turned-away' })
    this.#isUneasy = sample.outcome !== 'completed' || isOverdue
    // First: the reason of a failure tells what health said beside it.
    if (health) this.take({ kind: 'health', ...health, besideFailure: sample.outcome !== 'completed' })
    this.take(answered(sample, answer, isComparable(request), isOverdue))
    if (sample.outcome === 'completed' && !this.#profile) await this.#look()
    if (clock.monotonicMs() - this.#countersMs >= COUNTERS_MS) await this.#count()
  }

  #sampled(answer: Generation, request: GenerationRequest, index: number): Sample {
    const origin = { scenario: 'watch', warmth: 'warm', boot: 0, index, runStartMs: this.#startMs } as const
    const timed = sampleOf(answer, origin)
    const broken = timed.outcome === 'completed' ? brokenConstraint(answer, request) : undefined
    const sample: Sample =
      broken === undefined ? timed : { ...timed, outcome: 'service-error', message: broken }
    this.#input.sampled(sample)
    return sample
  }

  async #look(): Promise<void> {
    const { service, profiled } = this.#input
    try {
      this.#profile = await service.look(this.#stop.signal)
      if (!this.#stop.signal.aborted) profiled(this.#profile)
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error
    }
  }

  async #count(): Promise<void> {
    const { service, clock } = this.#input
    this.#countersMs = clock.monotonicMs()
    const counters = await service.counters(this.#stop.signal).catch(() => undefined)
    if (counters) this.take({ kind: 'counted', ...counters })
  }

  #end(by: WatchEnd['by']): void {
    if (this.#by !== undefined) return
    this.#by = by
    this.#stop.abort()
  }
}

/** A pause is looked at anew so often. */
const LOOK_MS = 250

function answered(
  { outcome, message = outcome, e2eMs, outputTokens }: Sample,
  answer: Generation,
  comparable: boolean,
  wasOverdue: boolean,
): WatchEvent {
  const usage = answer.outcome === 'completed' ? answer.usage : undefined
  return {
    kind: 'answered',
    ...(outcome !== 'completed' && { failure: { failure: outcome, message } }),
    // A refusal is quick and says nothing of how long an answer takes; one that never came does.
    ...(comparable && (outcome === 'completed' || outcome === 'timeout') && { ms: e2eMs }),
    ...{ wasOverdue, promptTokens: usage?.promptTokens ?? 0, outputTokens: outputTokens ?? 0 },
  }
}

function brokenConstraint(answer: Generation, { constraint }: GenerationRequest): string | undefined {
  if (constraint === undefined || answer.outcome !== 'completed' || answer.finishReason === 'length')
    return undefined
  try {
    JSON.parse(answer.text)
    return undefined
  } catch {
    return 'an answer that a JSON Schema binds is no JSON'
  }
}
