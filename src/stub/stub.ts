import type { ServerResponse } from 'node:http'
import { monotonicNs, systemClock } from '../clock.ts'
import { Agenda } from './agenda.ts'
import { Answer } from './answer.ts'
import type { Asked } from './asked.ts'
import { Lateness } from './lateness.ts'
import { Metrics } from './metrics.ts'
import { DEFAULTS, type StubOptions, type StubPlan } from './options.ts'
import { Places } from './places.ts'
import { createPlanner } from './schedule.ts'
import { ServiceTime } from './service-time.ts'
import { type AnswerTruth, Truth } from './truth.ts'

/** All that the answers of one stub share. */
export class Stub {
  readonly plan: StubPlan
  readonly time: ServiceTime
  readonly agenda: Agenda
  readonly late = new Lateness()
  readonly truth: Truth
  readonly startedS = Math.floor(systemClock.now().getTime() / 1000)
  readonly #metrics = new Metrics()
  readonly #places: Places
  readonly #planAnswer: ReturnType<typeof createPlanner>
  #answers = 0

  constructor(options: StubOptions) {
    this.plan = { ...DEFAULTS, ...options }
    this.time = new ServiceTime(options.stallAtMs, options.stallMs)
    this.agenda = new Agenda(this.time, options.spin ?? false)
    this.truth = new Truth(this.plan.remembers)
    this.#places = new Places(this.plan.slots)
    this.#planAnswer = createPlanner(this.plan)
  }

  /** `receivedNs`: when the last byte of the request was read. */
  answer(response: ServerResponse, asked: Asked, receivedNs: number): void {
    this.time.begin(receivedNs)
    const place = this.#answers++
    const plan = this.#planAnswer(asked, place)
    const truth: AnswerTruth = {
      id: `stub-${place}`,
      prompt_tokens: asked.promptTokens,
      completion_tokens: plan.tokens,
      received_ns: receivedNs,
      started_ns: receivedNs,
      emitted_ns: [],
      tokens: [],
      end: 'open',
    }
    this.truth.add(truth)
    const answer = new Answer({ stub: this, response, asked, plan, truth, end })
    const places = this.#places
    const metrics = this.#metrics
    let hasWaited = false
    function start(): void {
      if (hasWaited) truth.started_ns = monotonicNs()
      metrics.started(truth)
      answer.start()
    }
    function end(how: 'complete' | 'left'): void {
      if (truth.end !== 'open') return
      truth.end = how
      metrics.ended(truth, how === 'complete' ? plan.finishReason : 'abort', monotonicNs())
      places.leave(start)
    }
    response.on('close', () => end('left'))
    places.take(start)
    hasWaited = true
  }

  emitted(truth: AnswerTruth, tokens: number, nowNs: number): void {
    this.#metrics.emitted(truth, tokens, nowNs)
    truth.emitted_ns.push(nowNs)
    truth.tokens.push(tokens)
  }

  metrics(): string {
    return this.#metrics.text(this.#places.running, this.#places.waiting)
  }

  reset(): void {
    this.late.reset()
    this.truth.reset()
    this.time.reset()
  }
}
