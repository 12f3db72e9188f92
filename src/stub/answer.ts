import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { monotonicNs } from '../clock.ts'
import type { Agenda } from './agenda.ts'
import type { Asked } from './asked.ts'
import type { Entry } from './entry-heap.ts'
import type { Lateness } from './lateness.ts'
import type { StubPlan } from './options.ts'
import type { AnswerPlan } from './schedule.ts'
import type { ServiceTime } from './service-time.ts'
import type { AnswerTruth } from './truth.ts'
import {
  chunk,
  chunkOf,
  DONE,
  type Envelope,
  EVENT_END,
  type Frame,
  frameOf,
  PING,
  roleEvent,
  usageEvent,
  usageOf,
  wholeAnswer,
} from './wire.ts'
import { wordsOf } from './words.ts'

const STREAM_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }
/** The first half of an event that is cut inside a character goes out so long before it is due. */
const HALF_NS = 1e6
const PING_CHUNK = chunk(PING)

/** What all answers share. */
type Shared = {
  readonly plan: StubPlan
  readonly time: ServiceTime
  readonly agenda: Agenda
  readonly late: Lateness
  /** For `created`. */
  readonly startedS: number
  /** A content event was written. */
  emitted(truth: AnswerTruth, tokens: number, nowNs: number): void
}

export type Job = {
  readonly stub: Shared
  readonly response: ServerResponse
  readonly asked: Asked
  readonly plan: AnswerPlan
  readonly truth: AnswerTruth
  readonly end: (how: 'complete') => void
}

/** One answer on its way. Each write is due at a time of its own, counted from the start: no gap stretches because one was late. */
export class Answer implements Entry {
  atNs = 0
  readonly #job: Job
  readonly #envelope: Envelope
  readonly #frame: Frame
  #startNs = 0
  /** Events and tokens that are written, or in the half that is. */
  #event = 0
  #tokens = 0
  /** What is left of an event whose first half is written, up to the value of `emitted_ns`. */
  #half: Buffer | undefined

  constructor(job: Job) {
    const { stub, asked, truth, plan } = job
    this.#job = job
    this.#envelope = { id: truth.id, isChat: asked.isChat, createdS: stub.startedS }
    this.#frame = frameOf(this.#envelope, plan.finishReason)
    if (asked.isStreamed) job.response.writeHead(200, STREAM_HEADERS).flushHeaders()
  }

  start(): void {
    const { stub, asked, plan, truth } = this.#job
    this.#startNs = stub.time.at(truth.started_ns)
    if (!asked.isStreamed) this.#event = plan.sizes.length - 1
    this.#comeBack(stub.plan.splitUtf8 && asked.isStreamed ? HALF_NS : 0)
    if (stub.plan.pingMs && asked.isStreamed) this.#ping(stub.plan.pingMs * 1e6)
  }

  run(): void {
    const { stub, response, asked, truth } = this.#job
    if (truth.end !== 'open' || response.socket === null) return
    if (this.#event === 0 && this.#half === undefined && asked.isChat && asked.isStreamed)
      response.socket.write(chunk(roleEvent(this.#envelope)), 'latin1')
    if (!asked.isStreamed) this.#answerWhole()
    else if (!stub.plan.splitUtf8) this.#writeEvents(response.socket)
    else if (this.#half === undefined) this.#writeHalf(response.socket)
    else this.#writeOtherHalf(response.socket)
  }

  #comeBack(earlierNs = 0): void {
    const { plan, stub } = this.#job
    this.atNs = this.#startNs + (plan.dueMs[this.#event] as number) * 1e6 - earlierNs
    stub.agenda.add(this)
  }

  #writeEvents(socket: Socket): void {
    const { perWrite, sizes } = this.#job.plan
    const first = this.#event
    const end = Math.min(first + perWrite, sizes.length)
    const events: string[] = []
    while (this.#event < end) events.push(this.#nextEvent())
    const nowNs = monotonicNs()
    const stamp = `${nowNs}${EVENT_END}`
    socket.write(chunk(events.join(stamp) + stamp), 'latin1')
    this.#note(first, nowNs)
    this.#next(0)
  }

  #writeHalf(socket: Socket): void {
    const bytes = Buffer.from(this.#nextEvent())
    const cut = bytes.findIndex((byte) => byte >= 0x80) + 1
    socket.write(chunkOf(bytes.subarray(0, cut)))
    this.#half = bytes.subarray(cut)
    this.#event--
    this.#comeBack()
  }

  #writeOtherHalf(socket: Socket): void {
    const nowNs = monotonicNs()
    socket.write(chunkOf(Buffer.concat([this.#half as Buffer, Buffer.from(`${nowNs}${EVENT_END}`)])))
    this.#half = undefined
    this.#event++
    this.#note(this.#event - 1, nowNs)
    this.#next(HALF_NS)
  }

  /** An event up to the value of `emitted_ns`. */
  #nextEvent(): string {
    const { stub, plan, truth } = this.#job
    const tokens = plan.sizes[this.#event++] as number
    const text = wordsOf(truth.id, this.#tokens, tokens, stub.plan.splitUtf8 ?? false)
    this.#tokens += tokens
    return (
      this.#frame.head + text + (this.#event === plan.sizes.length ? this.#frame.lastTail : this.#frame.tail)
    )
  }

  /** The events from `first` on were written: after the write, so that nothing lies between the stamp and it. */
  #note(first: number, nowNs: number): void {
    const { stub, plan, truth } = this.#job
    for (let event = first; event < this.#event; event++)
      stub.emitted(truth, plan.sizes[event] as number, nowNs)
    stub.late.add(nowNs - stub.time.wallOf(this.atNs))
  }

  #next(earlierNs: number): void {
    if (this.#event < this.#job.plan.sizes.length) this.#comeBack(earlierNs)
    else this.#finish()
  }

  #finish(): void {
    const { response, asked, end } = this.#job
    const { socket } = response
    end('complete')
    // The last events and the end of the body are one write.
    socket?.cork()
    if (asked.wantsUsage) socket?.write(chunk(usageEvent(this.#envelope, this.#usage())), 'latin1')
    socket?.write(chunk(DONE), 'latin1')
    response.end()
    socket?.uncork()
  }

  #answerWhole(): void {
    const { stub, response, truth, plan, end } = this.#job
    const text = wordsOf(truth.id, 0, truth.completion_tokens, stub.plan.splitUtf8 ?? false)
    const body = wholeAnswer(this.#envelope, text, plan.finishReason, this.#usage())
    response.setHeader('content-type', 'application/json')
    const nowNs = monotonicNs()
    response.end(`${body}${nowNs}"}`)
    stub.emitted(truth, truth.completion_tokens, nowNs)
    stub.late.add(nowNs - stub.time.wallOf(this.atNs))
    end('complete')
  }

  #usage(): string {
    const { stub, truth } = this.#job
    return usageOf(truth.prompt_tokens, Math.round(truth.completion_tokens * stub.plan.usageFactor))
  }

  #ping(everyNs: number): void {
    const { stub, response, truth } = this.#job
    const entry: Entry = {
      atNs: this.#startNs + everyNs,
      run: () => {
        if (truth.end !== 'open') return
        // Never inside an event.
        if (this.#half === undefined) response.socket?.write(PING_CHUNK, 'latin1')
        entry.atNs += everyNs
        stub.agenda.add(entry)
      },
    }
    stub.agenda.add(entry)
  }
}
