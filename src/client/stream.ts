import { scanJson } from '../judges/index.ts'
import type { Completed, ErrorEnvelope, Identity, StreamShape, Usage } from '../records/index.ts'
import { describeThrown } from './describe-thrown.ts'
import type { Dialect, StreamPart } from './dialect.ts'
import { isTerminator, malformed, openEventFrames } from './event-frames.ts'
import { checkStreamPart } from './user-dialect.ts'
import type { BodySink } from './wire.ts'

/** A stream put together again: what it delivered, when, and how it ended. */
export type Assembled = {
  readonly text: string
  readonly reasoning: string
  readonly finishReason?: string
  readonly usage?: Usage
  readonly reported: Completed['reported']
  readonly identity?: Identity
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
  const frames = openEventFrames(options.maxEventChars, (data, isOver) => {
    if (!isOver) assembly.take(readEvent(data, assembly.events + 1, stream, operation))
    else if (isTerminator(data, stream.terminator)) assembly.take('terminator')
  })
  return {
    feed(chunk, atMs) {
      assembly.nowMs = atMs
      frames.feed(chunk)
    },
    finish: () => frames.finish(),
    isComplete: () => assembly.sawDone,
    soFar: () => assembly.soFar(),
  }
}

function readEvent(
  data: string,
  number: number,
  stream: Stream,
  operation: 'generate' | 'chat',
): StreamPart | 'terminator' {
  if (isTerminator(data, stream.terminator)) return 'terminator'
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
    brokenDeltas: 0,
  }
  #known: Pick<StreamPart, 'finishReason' | 'usage' | 'reported' | 'identity' | 'error'> = {}

  constructor(onDelta: AssemblerOptions['onDelta']) {
    this.#onDelta = onDelta
  }

  get events(): number {
    return this.#shape.events
  }

  get sawDone(): boolean {
    return this.#shape.sawDone
  }

  take(part: StreamPart | 'terminator'): void {
    this.#shape.events++
    if (this.#shape.sawDone) this.#shape.eventsAfterDone++
    if (part === 'terminator') this.#shape.sawDone = true
    else this.#takePart(part)
  }

  #takePart({ text = '', reasoning, finishReason, usage, reported, identity, error }: StreamPart): void {
    if (error) this.#shape.sawErrorEvent = true
    if (usage) this.#shape.usageEvents++
    if (finishReason) this.#shape.finishReasons++
    // The first reason and the first error are the cause; of usage the last is the total. An empty reason is none: some servers
    // send one with each running chunk (SGLang).
    this.#known = {
      finishReason: this.#known.finishReason || finishReason,
      usage: usage ?? this.#known.usage,
      reported: reported ?? this.#known.reported,
      identity: joined(this.#known.identity, identity),
      error: this.#known.error ?? error,
    }
    if (text === '' && !reasoning) return
    this.#shape.contentEvents++
    // JSON can spell what no text can hold: an escape of one surrogate.
    if (!text.isWellFormed() || reasoning?.isWellFormed() === false) this.#shape.brokenDeltas++
    this.#contentAtMs.push(this.nowMs)
    this.#texts.push(text)
    if (reasoning) this.#reasonings.push(reasoning)
    this.#onDelta?.(text, this.nowMs)
  }

  soFar(): Assembled {
    const { finishReason, usage, reported = {}, identity, error } = this.#known
    return {
      text: this.#texts.join(''),
      reasoning: this.#reasonings.join(''),
      reported,
      shape: { ...this.#shape },
      contentAtMs: [...this.#contentAtMs],
      ...(finishReason && { finishReason }),
      ...(usage && { usage }),
      ...(identity && { identity }),
      ...(error && { error }),
    }
  }
}

/** Each distinct value of two, in order. */
function joined(one: Identity | undefined, other: Identity | undefined): Identity | undefined {
  if (!one || !other) return one ?? other
  const both = (name: keyof Identity) => [...new Set([...one[name], ...other[name]])]
  return { ids: both('ids'), models: both('models'), created: both('created'), objects: both('objects') }
}
