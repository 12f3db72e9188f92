import { sampleOf } from '../benchmark/index.ts'
import { after, type Clock } from '../clock.ts'
import type { Generation, GenerationRequest, Sample, ServiceProfile } from '../records/index.ts'
import { type Due, dueAt, isSilent } from './pace.ts'
import { isComparable, requestAt } from './requests.ts'
import { afterEvent, alarmsOf, slowOf, type WatchEvent, type WatchState } from './state.ts'
import type { Health, WatchedService } from './watched-service.ts'

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
  /** For how long this process could not run between two moments of the clock: what it measured then is not the service's. Absent: never. */
  lateMs?(fromMs: number, toMs: number): number
}

/** No room for it is about load, not about what it asked for. */
const TOO_MANY = 429
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
  readonly #inFlight = new Set<InFlight>()
  readonly #asked = new Set<Promise<void>>()
  #state: WatchState
  #profile: ServiceProfile | undefined
  #index: number
  #by: WatchEnd['by'] | undefined
  #sentMs = Number.NEGATIVE_INFINITY
  #backMs = Number.NEGATIVE_INFINITY
  #wasTurnedAway = false
  #changed = new AbortController()
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
    this.#changed.abort()
  }

  async run(): Promise<WatchEnd> {
    const { signal, clock } = this.#input
    const onAbort = () => this.#end('signal')
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      while (this.#by === undefined) {
        const due = await this.#wait()
        const { forMs } = this.#input.pace()
        if (forMs !== undefined && this.atMs() >= forMs) this.#end('time')
        if (this.#by !== undefined) break
        if (due.isHurried) this.take({ kind: 'hurried' })
        this.#sentMs = clock.monotonicMs()
        const asked = this.#ask(this.#index++, due.isHurried)
        this.#asked.add(asked)
        void asked.finally(() => this.#asked.delete(asked))
      }
      this.#stop.abort()
      await Promise.allSettled(this.#asked)
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
    return { state: { ...this.#state, watchedMs: this.atMs() }, by: this.#by }
  }

  /** Until the next request is due, or the watch is over; when that is may change meanwhile. */
  async #wait(): Promise<Due> {
    const { clock, pace } = this.#input
    for (;;) {
      const { forMs = Number.POSITIVE_INFINITY } = pace()
      const due = this.#due()
      const ms = Math.min(due.atMs - clock.monotonicMs(), forMs - this.atMs())
      if (ms <= 0 || this.#by !== undefined) return due
      this.#listen()
      this.#changed = new AbortController()
      await clock.sleep(Math.min(ms, LOOK_MS), this.#changed.signal).catch(() => {})
    }
  }

  #due(): Due {
    const { everyMs } = this.#input.pace()
    const [sentMs, backMs, inFlight] = [this.#sentMs, this.#backMs, this.#inFlight.size]
    // A service that has no room is not asked sooner than planned.
    if (this.#wasTurnedAway) return { atMs: sentMs + everyMs, isHurried: false }
    return dueAt(this.#state, { everyMs, sentMs, backMs, inFlight })
  }

  /** Whether anything comes from the service at all. */
  #listen(): void {
    const [oldest] = this.#inFlight
    if (!oldest || this.#inFlight.size < 2) return
    const fromMs = Math.max(this.#backMs, oldest.sentMs)
    const nowMs = this.#input.clock.monotonicMs()
    const event = { ms: nowMs - fromMs - this.#lateMs(fromMs, nowMs), waiting: this.#inFlight.size }
    if (isSilent(this.#state, event)) this.take({ kind: 'silent', ...event })
  }

  async #ask(index: number, isHurried: boolean): Promise<void> {
    const { service, clock, seed } = this.#input
    const { signal } = this.#stop
    // What is asked for sooner has to be comparable.
    const isPlain = isHurried || this.#state.judged.suspected > 0 || this.#state.newest.at(-1) === true
    const request = requestAt(index, seed, this.#profile, isPlain)
    const sent: InFlight = { sentMs: clock.monotonicMs(), isOverdue: false }
    this.#inFlight.add(sent)
    const health = service
      .health(signal)
      .catch(() => undefined)
      .then((said) => ({ said }))
    let answer: Generation
    {
      using _overdue = isComparable(request) ? this.#whenOverdue(sent) : undefined
      answer = await service.generate(request, signal).finally(() => this.#inFlight.delete(sent))
    }
    const backMs = clock.monotonicMs()
    // Abandoned by us: it says nothing about the service.
    if (signal.aborted) return
    this.#backMs = backMs
    const sample = this.#sampled(answer, request, index)
    this.#wasTurnedAway = answer.outcome === 'failed' && answer.status === TOO_MANY
    if (this.#wasTurnedAway) return this.take({ kind: 'turned-away' })
    const isFailed = sample.outcome !== 'completed'
    const tell = (said: Health | undefined): void => {
      if (said) this.take({ kind: 'health', ...said, besideFailure: isFailed })
    }
    // First, where it is quick: the reason of a failure tells what health said beside it.
    const soon = await Promise.race([health, clock.sleep(HEALTH_GRACE_MS).then(() => undefined)])
    if (soon) tell(soon.said)
    const isLate = this.#lateMs(sent.sentMs, backMs) > Math.max(LATE_MS, LATE_SHARE * sample.e2eMs)
    const comparable = isComparable(request) && !isLate
    this.take(answered(sample, answer, { ...sent, comparable, isLate, isHurried, atMs: this.atMs() }))
    if (!soon) void health.then(({ said }) => tell(said))
    if (sample.outcome === 'completed' && !this.#profile) await this.#look()
    if (clock.monotonicMs() - this.#countersMs >= COUNTERS_MS) await this.#count()
  }

  /** Counts it as slow as soon as it is; time in which this process could not run is not the service's. */
  #whenOverdue(sent: InFlight): Disposable | undefined {
    const { clock } = this.#input
    const slowFrom = slowOf(this.#state)
    if (slowFrom === undefined) return undefined
    let timer = after(clock, slowFrom + 1, act)
    const [takes, late] = [this.take.bind(this), this.#lateMs.bind(this)]
    const atMs = (): number => this.atMs()
    function act(): void {
      const nowMs = clock.monotonicMs()
      const ms = nowMs - sent.sentMs - late(sent.sentMs, nowMs)
      if (ms <= (slowFrom ?? 0)) {
        timer = after(clock, Math.max(LATE_MS, (slowFrom ?? 0) + 1 - ms), act)
        return
      }
      sent.isOverdue = true
      takes({ kind: 'overdue', ms, atMs: atMs() })
    }
    return { [Symbol.dispose]: () => timer[Symbol.dispose]() }
  }

  #lateMs(fromMs: number, toMs: number): number {
    return this.#input.lateMs?.(fromMs, toMs) ?? 0
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
    this.#changed.abort()
  }
}

/** A pause is looked at anew so often. */
const LOOK_MS = 250
/** An answer waits so long for what health says beside it. */
const HEALTH_GRACE_MS = 200
/** An answer during which this process could not run for longer, and for more of its time, is not judged by its time. */
const [LATE_MS, LATE_SHARE] = [50, 0.25]

/** A request that is not answered yet. */
type InFlight = { readonly sentMs: number; isOverdue: boolean }

type How = Pick<InFlight, 'isOverdue'> & {
  readonly comparable: boolean
  readonly isLate: boolean
  readonly isHurried: boolean
  readonly atMs: number
}

function answered(
  { outcome, message = outcome, e2eMs, outputTokens }: Sample,
  answer: Generation,
  { comparable, isOverdue, isLate, isHurried, atMs }: How,
): WatchEvent {
  const usage = answer.outcome === 'completed' ? answer.usage : undefined
  return {
    kind: 'answered',
    ...(outcome !== 'completed' && { failure: { failure: outcome, message } }),
    // A refusal is quick and says nothing of how long an answer takes; one that never came does.
    ...(comparable && (outcome === 'completed' || outcome === 'timeout') && { ms: e2eMs }),
    ...{ atMs, isHurried, wasOverdue: isOverdue, ...(isLate && ({ isLate } as const)) },
    ...{ promptTokens: usage?.promptTokens ?? 0, outputTokens: outputTokens ?? 0 },
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
