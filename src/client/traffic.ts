import type { Clock } from '../clock.ts'
import type { Generation, Reply, Throttle } from '../records/index.ts'
import { Concurrency } from './concurrency.ts'
import { Rate } from './rate.ts'
import { IDLE_MS, UnfoundedRefusals } from './unfounded-refusals.ts'

export type TrafficLimits = { readonly requestsPerMinute?: number; readonly maxConcurrency?: number }

export type Passage = {
  readonly signal?: AbortSignal
  /** What is asked for: an operation or a path. */
  readonly route?: string
  /** Sent once, whatever was learnt: what is turned away is the answer. Limits that were given hold all the same. */
  readonly once?: boolean
  /** Only 429 speaks of load: the 503 of a route that generates nothing is what it has to say. */
  readonly only429?: boolean
  /** Called when the request begins to wait, and when it goes on. */
  readonly onHeld?: ((isHeld: boolean) => void) | undefined
}

/** So long a request is sent again before its refusal is its answer. */
const PATIENCE_MS = 120_000
/** First pause after a refusal that does not say how long; doubled while nothing is let in. */
const RATE_PAUSE_MS = 500
const QUEUE_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 20_000
/** A request of ours that ended so long ago may still hold a place in the service's queue. */
const BESIDE_MS = 2_000
/** 429 may speak of the rate alone: with one request at a time a slow service would be judged for hours. */
const LEAST_PLACES = { 429: 2, 503: 1 } as const

/**
 * All requests to one service pass here. What the service turns away because of load is sent again, later and fewer at a time:
 * 429, and 503 while other requests of ours were in flight. A 503 to a lone request is no matter of load, and is handed on.
 */
export class Traffic {
  readonly #clock: Clock
  readonly #rate: Rate
  readonly #concurrency: Concurrency
  readonly #refusals: Record<string, number> = {}
  readonly #unfounded = new UnfoundedRefusals()
  #inFlight = 0
  #lastLeftMs = Number.NEGATIVE_INFINITY
  #lastBesideMs = Number.NEGATIVE_INFINITY
  #pausedUntilMs = Number.NEGATIVE_INFINITY
  #pauses = 0
  #held = 0
  #heldSinceMs = 0
  #heldBackMs = 0
  #left = Promise.withResolvers<void>()

  constructor(clock: Clock, { requestsPerMinute, maxConcurrency }: TrafficLimits = {}) {
    this.#clock = clock
    this.#rate = new Rate(requestsPerMinute)
    this.#concurrency = new Concurrency(maxConcurrency)
  }

  /** Requests that were sent and are not answered. */
  get inFlight(): number {
    return this.#inFlight
  }

  /** Wall-clock time in which requests were held back. */
  get heldBackMs(): number {
    return this.#heldBackMs + (this.#held > 0 ? this.#clock.monotonicMs() - this.#heldSinceMs : 0)
  }

  /** What the refusals came to; undefined where there were none. */
  get throttle(): Throttle | undefined {
    if (Object.keys(this.#refusals).length === 0) return undefined
    const [requestsPerSecond, maxConcurrency] = [this.#rate.perSecond, this.#concurrency.learnt]
    return {
      refusals: { ...this.#refusals },
      heldBackMs: this.heldBackMs,
      ...(requestsPerSecond !== undefined && { requestsPerSecond }),
      ...(maxConcurrency !== undefined && { maxConcurrency }),
    }
  }

  /** Sends when there is room for it, and again where it was turned away. An answer keeps `turnedAway` where it was about load to the end. */
  async pass<A extends Generation | Reply>(send: () => Promise<A>, passage: Passage = {}): Promise<A> {
    const startedMs = this.#clock.monotonicMs()
    for (;;) {
      await this.#enter(passage)
      const { answer, status } = await this.#sendOnce(send, passage)
      if (status === undefined) return withoutRefusal(answer)
      const why = this.#unfounded.why(routeOf(passage), this.#clock.monotonicMs())
      if (why !== undefined) return this.#asItsOwn(answer, why)
      const waitMs = this.#learn(status, retryAfterOf(answer))
      const spentMs = this.#clock.monotonicMs() - startedMs
      if (passage.once || passage.signal?.aborted || spentMs + waitMs > PATIENCE_MS) return answer
    }
  }

  /** Sends one that has entered. A lone one that is refused is sent again at once: a limit of load refuses it again. */
  async #sendOnce<A extends Generation | Reply>(send: () => Promise<A>, passage: Passage) {
    const route = routeOf(passage)
    const isLone = this.#inFlight === 1 && this.#clock.monotonicMs() - this.#lastLeftMs >= IDLE_MS
    const answer = await send().finally(() => this.#leave())
    const status = this.#loadStatus(answer, passage)
    // What was abandoned or lost was neither let in nor refused.
    if (isAnswered(answer))
      this.#unfounded.saw(route, { isRefused: status !== undefined, isLone }, this.#clock.monotonicMs())
    const isKnown = this.#unfounded.why(route, this.#clock.monotonicMs()) !== undefined
    if (status !== 429 || !isLone || isKnown || passage.once || passage.signal?.aborted)
      return { answer, status }
    this.#inFlight++
    const again = await send().finally(() => this.#leave())
    const statusAgain = this.#loadStatus(again, passage)
    this.#refusals[status] = (this.#refusals[status] ?? 0) + 1
    this.#unfounded.sentAgain(route, statusAgain === undefined)
    return { answer: again, status: statusAgain }
  }

  /** A refusal that is no matter of load is the answer to its request; what it taught is forgotten. */
  #asItsOwn<A extends Generation | Reply>(answer: A, why: string): A {
    this.#rate.forget()
    this.#pausedUntilMs = Number.NEGATIVE_INFINITY
    this.#pauses = 0
    const own = withoutRefusal(answer)
    return own.outcome === 'failed' ? { ...own, message: `${own.message}; ${why}` } : own
  }

  /** The status of a refusal because of load; undefined for any other answer. */
  #loadStatus(answer: Generation | Reply, { only429 = false }: Passage): 429 | 503 | undefined {
    const nowMs = this.#clock.monotonicMs()
    if (answer.outcome === 'completed' || answer.turnedAway === undefined) {
      this.#rate.letIn(nowMs)
      this.#pauses = 0
      return undefined
    }
    if (statusOf(answer) === 429) return 429
    const isLoad = retryAfterOf(answer) !== undefined || nowMs - this.#lastBesideMs <= BESIDE_MS
    return isLoad && !only429 ? 503 : undefined
  }

  /** How long the service is left alone after a refusal. Those of one moment speak of one crowd, and make one pause. */
  #learn(status: 429 | 503, retryAfterMs: number | undefined): number {
    const nowMs = this.#clock.monotonicMs()
    this.#refusals[status] = (this.#refusals[status] ?? 0) + 1
    this.#concurrency.refused(nowMs, this.#inFlight, LEAST_PLACES[status])
    if (nowMs < this.#pausedUntilMs) return this.#pausedUntilMs - nowMs
    if (status === 429) this.#rate.refused(nowMs)
    const firstMs = status === 429 ? RATE_PAUSE_MS : QUEUE_PAUSE_MS
    const waitMs = retryAfterMs ?? Math.min(LONGEST_PAUSE_MS, firstMs * 2 ** this.#pauses)
    this.#pausedUntilMs = nowMs + waitMs
    this.#pauses++
    return waitMs
  }

  /** Waits for the rate, for the end of a pause, and for a place among those in flight; takes the place. */
  async #enter({ signal, once = false, onHeld }: Passage): Promise<void> {
    let isHeld = false
    const hold = (now: boolean) => {
      if (isHeld === now) return
      isHeld = now
      this.#hold(now ? 1 : -1)
      onHeld?.(now)
    }
    for (let waitMs = this.#waitMs(once); waitMs > 0 && !signal?.aborted; waitMs = this.#waitMs(once)) {
      hold(true)
      await this.#elapse(waitMs, signal)
    }
    hold(false)
    this.#inFlight++
    this.#rate.sent(this.#clock.monotonicMs())
    this.#noteBeside()
  }

  #leave(): void {
    this.#noteBeside()
    this.#inFlight--
    this.#lastLeftMs = this.#clock.monotonicMs()
    this.#left.resolve()
    this.#left = Promise.withResolvers<void>()
  }

  #noteBeside(): void {
    if (this.#inFlight > 1) this.#lastBesideMs = this.#clock.monotonicMs()
  }

  #waitMs(onlyGiven: boolean): number {
    const nowMs = this.#clock.monotonicMs()
    if (this.#inFlight >= this.#concurrency.places(nowMs, { onlyGiven })) return Number.POSITIVE_INFINITY
    return Math.max(onlyGiven ? 0 : this.#pausedUntilMs - nowMs, this.#rate.waitMs(nowMs, { onlyGiven }))
  }

  /** Until the time is over, or a place is free. */
  async #elapse(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
    const over = new AbortController()
    const both = signal ? AbortSignal.any([signal, over.signal]) : over.signal
    await Promise.race([this.#left.promise, this.#clock.sleep(waitMs, both).catch(() => {})])
    over.abort()
  }

  #hold(change: 1 | -1): void {
    const nowMs = this.#clock.monotonicMs()
    if (this.#held === 0) this.#heldSinceMs = nowMs
    this.#held += change
    if (this.#held === 0) this.#heldBackMs += nowMs - this.#heldSinceMs
  }
}

const isAnswered = (answer: Generation | Reply): boolean =>
  answer.outcome === 'completed' || answer.received !== undefined

const routeOf = ({ route = '' }: Passage): string => route

const retryAfterOf = (answer: Generation | Reply): number | undefined =>
  answer.outcome === 'failed' ? answer.turnedAway?.retryAfterMs : undefined

/** The status of a refusal; a stream may carry it in its error event. */
const statusOf = (answer: Generation | Reply): number | undefined =>
  answer.outcome === 'failed' && answer.failure === 'service-error'
    ? Number(answer.error?.code)
    : answer.received?.status

function withoutRefusal<A extends Generation | Reply>(answer: A): A {
  if (answer.outcome === 'completed' || answer.turnedAway === undefined) return answer
  const { turnedAway: _, ...failed } = answer
  return failed as A
}
