import { createParser } from 'eventsource-parser'
import { scanJson } from '../judges/index.ts'
import type { Completed, ErrorEnvelope, StreamShape, Usage } from '../records/index.ts'
import { describeThrown } from './describe-thrown.ts'
import type { Dialect, StreamPart } from './dialect.ts'
import { WireFault } from './failure.ts'
import { checkStreamPart } from './user-dialect.ts'
import type { BodySink } from './wire.ts'

/** A stream put together again: what it delivered, when, and how it ended. */
export type Assembled = {
  readonly text: string
  readonly reasoning: string
  readonly finishReason?: string
  readonly usage?: Usage
  readonly reported: Completed['reported']
  readonly error?: ErrorEnvelope
  readonly shape: StreamShape
  readonly contentAtMs: readonly number[]
}

/** Throws a `malformed-stream` fault at the first event that breaks the contract. */
export interface StreamAssembler extends BodySink {
  soFar(): Assembled
}

export type AssemblerOptions = {
  readonly maxEventChars: number
  readonly onDelta?: ((text: string, atMs: number) => void) | undefined
}

type Stream = NonNullable<Dialect['stream']>

export function assembleStream(
  stream: Stream,
  operation: 'generate' | 'chat',
  options: AssemblerOptions,
): StreamAssembler {
  const assembly = new Assembly(options.onDelta)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const parser = createParser({
    maxBufferSize: options.maxEventChars,
    onEvent: ({ data }) => assembly.take(readEvent(data, assembly.events + 1, stream, operation)),
    onError(error) {
      if (error.type === 'max-buffer-size-exceeded')
        throw malformed(`an event exceeds ${options.maxEventChars} characters`)
    },
  })
  const decode = (bytes: Buffer | undefined): string => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined })
    } catch {
      throw malformed('invalid UTF-8')
    }
  }
  return {
    feed(chunk, atMs) {
      assembly.nowMs = atMs
      // Line by line, so that the events before a broken byte count however the reads fell.
      for (let start = 0; start < chunk.length; ) {
        const lineEnd = chunk.indexOf(LF, start)
        const end = lineEnd < 0 ? chunk.length : lineEnd + 1
        parser.feed(decode(chunk.subarray(start, end)))
        start = end
      }
    },
    finish: () => void decode(undefined),
    soFar: () => assembly.soFar(),
  }
}

const LF = 0x0a

function readEvent(
  data: string,
  number: number,
  stream: Stream,
  operation: 'generate' | 'chat',
): StreamPart | 'terminator' {
  if (stream.terminator !== undefined && data.trim() === stream.terminator) return 'terminator'
  const parsed = scanJson(data)
  if (parsed.ending !== 'complete') throw malformed(`event ${number}: ${parsed.reason}`)
  try {
    return checkStreamPart(stream.decode(parsed.value, operation))
  } catch (error) {
    throw malformed(`event ${number}: ${describeThrown(error)}`)
  }
}

class Assembly {
  /** Offset of the read that is being fed. */
  nowMs = 0
  readonly #onDelta: AssemblerOptions['onDelta']
  readonly #texts: string[] = []
  readonly #reasonings: string[] = []
  readonly #contentAtMs: number[] = []
  readonly #shape = {
    events: 0,
    contentEvents: 0,
    finishReasons: 0,
    sawDone: false,
    eventsAfterDone: 0,
    sawErrorEvent: false,
    usageEvents: 0,
  }
  #known: Pick<StreamPart, 'finishReason' | 'usage' | 'reported' | 'error'> = {}

  constructor(onDelta: AssemblerOptions['onDelta']) {
    this.#onDelta = onDelta
  }

  get events(): number {
    return this.#shape.events
  }

  take(part: StreamPart | 'terminator'): void {
    this.#shape.events++
    if (this.#shape.sawDone) this.#shape.eventsAfterDone++
    if (part === 'terminator') this.#shape.sawDone = true
    else this.#takePart(part)
  }

  #takePart({ text = '', reasoning, finishReason, usage, reported, error }: StreamPart): void {
    if (error) this.#shape.sawErrorEvent = true
    if (usage) this.#shape.usageEvents++
    if (finishReason) this.#shape.finishReasons++
    // The first reason and the first error are the cause; of usage the last is the total.
    this.#known = {
      finishReason: this.#known.finishReason ?? finishReason,
      usage: usage ?? this.#known.usage,
      reported: reported ?? this.#known.reported,
      error: this.#known.error ?? error,
    }
    if (text === '' && !reasoning) return
    this.#shape.contentEvents++
    this.#contentAtMs.push(this.nowMs)
    this.#texts.push(text)
    if (reasoning) this.#reasonings.push(reasoning)
    this.#onDelta?.(text, this.nowMs)
  }

  soFar(): Assembled {
    const { finishReason, usage, reported = {}, error } = this.#known
    return {
      text: this.#texts.join(''),
      reasoning: this.#reasonings.join(''),
      reported,
      shape: { ...this.#shape },
      contentAtMs: [...this.#contentAtMs],
      ...(finishReason && { finishReason }),
      ...(usage && { usage }),
      ...(error && { error }),
    }
  }
}

const malformed = (message: string): WireFault => new WireFault('malformed-stream', message)
