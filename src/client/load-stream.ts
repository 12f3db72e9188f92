import { scanJson } from '../judges/index.ts'
import { describeThrown } from './describe-thrown.ts'
import type { Dialect, StreamPart } from './dialect.ts'
import { decodeEvent, decodePlainEvent } from './dialects/openai-wire.ts'
import { type EventFrames, isTerminator, malformed, openEventFrames } from './event-frames.ts'
import { WireFault } from './failure.ts'
import type { Capture } from './load-capture.ts'
import type { Assembled } from './stream.ts'
import { checkStreamPart } from './user-dialect.ts'

export type LoadStreamOptions = {
  readonly stream: NonNullable<Dialect['stream']>
  readonly operation: 'generate' | 'chat'
  readonly maxEventChars: number
}

const LF = 0x0a
const CR = 0x0d
const COLON = 0x3a
const SPACE = 0x20
const DATA = Buffer.from('data:')

/**
 * Decodes a captured stream, at once or bit by bit while it comes. An event belongs to the read that brought the end of its empty
 * line, as in the strict client, whose framing takes over at the first byte that is not of the common form: lines that end in LF,
 * each event one line of data, comments between them.
 */
export class LoadStream {
  /** When the end marker came, on the clock of the capture. */
  completeAtMs: number | undefined
  fault: WireFault | undefined
  readonly #options: LoadStreamOptions
  readonly #capture: Capture
  readonly #contentAtMs: number[] = []
  #frames: EventFrames | undefined
  /** All before it is decoded; the start of an event, or amid what the frames keep. */
  #at = 0
  #scannedForCr = 0
  /** The first read that is not decoded whole, and its stamp while it is. */
  #read = 0
  #nowMs = 0
  #events = 0
  #text = ''
  #texts: string[] = []
  #reasonings: string[] = []
  #known: Pick<StreamPart, 'finishReason' | 'usage' | 'error'> = {}

  constructor(capture: Capture, options: LoadStreamOptions) {
    this.#capture = capture
    this.#options = options
  }

  /** Bytes that have come and are not decoded. */
  get pendingBytes(): number {
    return this.#capture.length - this.#at
  }

  /** Decodes events that have come whole, at most so many; whether there may be more of them. */
  decode(maxEvents: number): boolean {
    if (this.fault) return false
    try {
      return this.#frames ? this.#feedFrames() : this.#decodeCommon(maxEvents)
    } catch (error) {
      this.#break(error)
      return false
    } finally {
      // One string a turn, where each delta would be kept with its overhead.
      this.#text += this.#texts.join('')
      this.#texts = []
    }
  }

  /** The bytes of what is decoded are not kept. */
  forget(): void {
    this.#capture.forget(this.#at)
    this.#read = 0
  }

  /** After the last byte; `isWhole`: the body ended as its framing says. All events must have been decoded. */
  finish(isWhole: boolean): Assembled {
    try {
      if (!this.fault && isWhole && (this.#frames || this.pendingBytes > 0)) {
        this.#feedFrames()
        this.#frames?.finish()
      }
    } catch (error) {
      this.#break(error)
    }
    return this.#soFar()
  }

  #break(error: unknown): void {
    if (!(error instanceof WireFault)) throw error
    this.fault = error
  }

  /** Events of one line each, until another form, or the end of what has come. */
  #decodeCommon(maxEvents: number): boolean {
    const start = this.#at
    const bytes = this.#capture.bytes(start)
    if (bytes.indexOf(CR, Math.max(0, this.#scannedForCr - start)) >= 0) return this.#feedFrames()
    this.#scannedForCr = this.#capture.length
    let at = 0
    for (let left = maxEvents; left > 0; ) {
      const first = bytes[at]
      if (first === LF) this.#at = start + ++at
      if (first === LF) continue
      const lineEnd = bytes.indexOf(LF, at)
      if (lineEnd < 0) return false
      const isComment = first === COLON
      const next = bytes[lineEnd + 1]
      if (next === undefined && !isComment) return false
      if (!isComment) {
        const { maxEventChars } = this.#options
        const data = next === LF ? dataOf(bytes, at, lineEnd, maxEventChars) : undefined
        if (data === undefined) return this.#feedFrames()
        this.#take(data, this.#stampOf(start + lineEnd + 1))
        left--
      }
      at = lineEnd + (isComment ? 1 : 2)
      this.#at = start + at
    }
    return true
  }

  /** The framing of the strict client, read by read, from where the common form ended. */
  #feedFrames(): false {
    const { maxEventChars, stream } = this.#options
    this.#frames ??= openEventFrames(maxEventChars, (data, isOver) => {
      if (!isOver || isTerminator(data, stream.terminator)) this.#take(data, this.#nowMs)
    })
    while (this.pendingBytes > 0) {
      this.#nowMs = this.#stampOf(this.#at)
      const start = this.#at
      this.#at = this.#capture.endsAt[this.#read] ?? this.#capture.length
      this.#frames.feed(this.#capture.bytes(start, this.#at))
    }
    return false
  }

  /** The stamp of the read that brought a byte; asked in the order of bytes. */
  #stampOf(at: number): number {
    const { endsAt, stamps } = this.#capture
    while ((endsAt[this.#read] ?? Number.POSITIVE_INFINITY) <= at) this.#read++
    return stamps[this.#read] ?? 0
  }

  #take(data: string, atMs: number): void {
    if (isTerminator(data, this.#options.stream.terminator)) this.completeAtMs ??= atMs
    else this.#takePart(this.#understand(data), atMs)
    this.#events++
  }

  #understand(data: string): StreamPart {
    const { stream, operation } = this.#options
    try {
      const event: unknown = JSON.parse(data)
      const plain = stream.decode === decodeEvent ? decodePlainEvent(event, operation) : undefined
      return plain ?? checkStreamPart(stream.decode(event, operation))
    } catch (error) {
      const scan = scanJson(data)
      const why = scan.ending === 'complete' ? describeThrown(error) : scan.reason
      throw malformed(`event ${this.#events + 1}: ${why}`)
    }
  }

  #takePart({ text = '', reasoning, finishReason, usage, error }: StreamPart, atMs: number): void {
    // The first reason and the first error are the cause; of usage the last is the total.
    if (finishReason || usage || error)
      this.#known = {
        finishReason: this.#known.finishReason || finishReason,
        usage: usage ?? this.#known.usage,
        error: this.#known.error ?? error,
      }
    if (text === '' && !reasoning) return
    this.#contentAtMs.push(atMs)
    this.#texts.push(text)
    if (reasoning) this.#reasonings.push(reasoning)
  }

  #soFar(): Assembled {
    const { finishReason, usage, error } = this.#known
    return {
      text: this.#text + this.#texts.join(''),
      reasoning: this.#reasonings.join(''),
      reported: {},
      contentAtMs: this.#contentAtMs,
      shape: {
        events: this.#events,
        contentEvents: this.#contentAtMs.length,
        sawDone: this.completeAtMs !== undefined,
        ...{ finishReasons: finishReason ? 1 : 0, usageEvents: usage ? 1 : 0, eventsAfterDone: 0 },
        ...{ sawErrorEvent: error !== undefined, brokenDeltas: 0 },
      },
      ...(finishReason && { finishReason }),
      ...(usage && { usage }),
      ...(error && { error }),
    }
  }
}

/** The data of a line that is the whole of an event; undefined where it is no such line, or not certainly UTF-8. */
function dataOf(bytes: Buffer, start: number, end: number, maxChars: number): string | undefined {
  for (let index = 0; index < DATA.length; index++) if (bytes[start + index] !== DATA[index]) return undefined
  const from = start + DATA.length + (bytes[start + DATA.length] === SPACE ? 1 : 0)
  if (end - from > maxChars) return undefined
  const data = bytes.toString('utf8', from, end)
  return data.includes('\uFFFD') ? undefined : data
}
