import { createParser } from 'eventsource-parser'
import { WireFault } from './failure.ts'

/** Finds the events of a stream in its bytes. Both throw a `malformed-stream` fault. */
export type EventFrames = {
  feed(bytes: Buffer): void
  /** After the last byte of a body that ended as its framing says. */
  finish(): void
}

/** `onData`: the data of each event; `isOver`: its empty line did not come before the end. */
export function openEventFrames(
  maxEventChars: number,
  onData: (data: string, isOver: boolean) => void,
): EventFrames {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let isOver = false
  const parser = createParser({
    maxBufferSize: maxEventChars,
    onEvent: ({ data }) => onData(data, isOver),
    onError(error) {
      if (error.type === 'max-buffer-size-exceeded')
        throw malformed(`an event exceeds ${maxEventChars} characters`)
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
    feed(bytes) {
      // Line by line, so that the events before a broken byte count however the reads fell.
      for (let start = 0; start < bytes.length; ) {
        const lineEnd = bytes.indexOf(LF, start)
        const end = lineEnd < 0 ? bytes.length : lineEnd + 1
        parser.feed(decode(bytes.subarray(start, end)))
        start = end
      }
    },
    finish() {
      decode(undefined)
      // An event without its empty line is none (WHATWG). An end marker is one all the same: no client waits for that line.
      isOver = true
      parser.feed('\n\n')
    },
  }
}

const LF = 0x0a

export const malformed = (message: string): WireFault => new WireFault('malformed-stream', message)

export const isTerminator = (data: string, terminator: string | undefined): boolean =>
  terminator !== undefined && data.trim() === terminator
