import { createParser } from 'eventsource-parser'
import type { Completed, ErrorEnvelope, StreamShape, Usage } from '../records/index.ts'
import type { Dialect, StreamPart } from './dialect.ts'
import { WireFault } from './failure.ts'
import { describeProblem } from './problem.ts'
import { parseStrictJson } from './strict-json.ts'
import type { BodySink } from './transport.ts'
import { checkStreamPart } from './user-dialect.ts'

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

export function assembleStream(
  stream: NonNullable<Dialect['stream']>,
  operation: 'generate' | 'chat',
  options: AssemblerOptions,
): StreamAssembler {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const texts: string[] = []
  const reasonings: string[] = []
  const contentAtMs: number[] = []
  const shape = {
    events: 0,
    contentEvents: 0,
    finishReasons: 0,
    sawDone: false,
    eventsAfterDone: 0,
    sawErrorEvent: false,
    usageEvents: 0,
  }
  let last: Pick<StreamPart, 'finishReason' | 'usage' | 'reported' | 'error'> = {}
  let nowMs = 0

  const take = (part: StreamPart): void => {
    const { text = '', reasoning, finishReason, usage, reported, error } = part
    if (error) shape.sawErrorEvent = true
    if (usage) shape.usageEvents++
    if (finishReason) shape.finishReasons++
    last = {
      finishReason: last.finishReason ?? finishReason,
      usage: usage ?? last.usage,
      reported: reported ?? last.reported,
      error: last.error ?? error,
    }
    if (text === '' && !reasoning) return
    shape.contentEvents++
    contentAtMs.push(nowMs)
    texts.push(text)
    if (reasoning) reasonings.push(reasoning)
    options.onDelta?.(text, nowMs)
  }

  const parser = createParser({
    maxBufferSize: options.maxEventChars,
    onEvent({ data }) {
      shape.events++
      if (shape.sawDone) shape.eventsAfterDone++
      if (stream.terminator !== undefined && data.trim() === stream.terminator) {
        shape.sawDone = true
        return
      }
      const parsed = parseStrictJson(data)
      if (!parsed.ok) throw malformed(`event ${shape.events}: ${parsed.message}`)
      let part: StreamPart
      try {
        part = checkStreamPart(stream.decode(parsed.value, operation))
      } catch (error) {
        throw malformed(`event ${shape.events}: ${describeProblem(error)}`)
      }
      take(part)
    },
    onError(error) {
      if (error.type === 'max-buffer-size-exceeded')
        throw malformed(`an event exceeds ${options.maxEventChars} characters`)
    },
  })

  const decode = (chunk: Buffer | undefined): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined })
    } catch {
      throw malformed('invalid UTF-8')
    }
  }

  return {
    feed(chunk, atMs) {
      nowMs = atMs
      // Line by line, so that the events before a broken byte count however the reads fell.
      for (let start = 0; start < chunk.length; ) {
        const lineEnd = chunk.indexOf(LF, start)
        const end = lineEnd < 0 ? chunk.length : lineEnd + 1
        parser.feed(decode(chunk.subarray(start, end)))
        start = end
      }
    },
    finish: () => void decode(undefined),
    soFar: () => ({
      text: texts.join(''),
      reasoning: reasonings.join(''),
      ...(last.finishReason && { finishReason: last.finishReason }),
      ...(last.usage && { usage: last.usage }),
      reported: last.reported ?? {},
      ...(last.error && { error: last.error }),
      shape: { ...shape },
      contentAtMs: [...contentAtMs],
    }),
  }
}

const LF = 0x0a

const malformed = (message: string): WireFault => new WireFault('malformed-stream', message)
