import type { BodySink, WireHead } from './wire.ts'

const END = /(?:^|[\r\n])data: ?\[DONE\] *[\r\n]/
/** Longer than the marker, whose parts may come in two reads. */
const TAIL_CHARACTERS = 32

export const isEventStream = (headers: WireHead['headers']): boolean =>
  /^text\/event-stream\b/i.test(headers['content-type'] ?? '')

/** Of a stream that is read as a text: kept whole, and complete with its end marker, whether or not the service ends it then. */
export function untilDone(): BodySink {
  let tail = ''
  let isDone = false
  return {
    keepsWhole: true,
    feed(chunk) {
      const text = tail + chunk.toString('latin1')
      isDone ||= END.test(text)
      tail = text.slice(-TAIL_CHARACTERS)
    },
    isComplete: () => isDone,
    finish() {},
  }
}
