import type { Stream } from '../http.ts'
import { type Fault, OPENAI } from './fault.ts'
import { isDone, patchChoices, patchEvents, patchText } from './patch.ts'

const family = 'streaming'

/** Streaming. */
export const streamingFaults: readonly Fault[] = [
  {
    id: 'no-finish-no-done',
    says: 'a stream closes without a finish reason and without [DONE]',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/52852',
    dialects: OPENAI,
    caughtBy: { 'streaming.ends-properly': /the stream ended without a finish reason/ },
    arm: () => ({
      stream: (stream) =>
        patchEvents(stream, (event) =>
          isDone(event) ? [] : [patchChoices(event, (choice) => ({ ...choice, finish_reason: null }))],
        ),
    }),
  },
  {
    id: 'usage-chunk-missing',
    says: 'include_usage is set and no usage chunk comes',
    family,
    source: 'https://github.com/BerriAI/litellm/pull/25410',
    dialects: OPENAI,
    caughtBy: { 'streaming.sends-usage': /include_usage is set, yet no event carries the usage/ },
    arm: () => ({
      stream: (stream) => patchEvents(stream, (event) => (event.includes('"choices":[],') ? [] : [event])),
    }),
  },
  {
    id: 'stream-loses-tokens',
    says: 'every fifth chunk of a stream loses its text',
    family,
    source: 'https://github.com/vllm-project/vllm/pull/30437',
    dialects: OPENAI,
    caughtBy: { 'streaming.equals-full': /the whole answer is ".*", the stream brings "/ },
    arm: () => ({
      stream: (stream) =>
        patchEvents(stream, (event, index) => [
          index % 5 === 4 ? patchChoices(event, (choice) => patchText(choice, () => '')) : event,
        ]),
    }),
  },
  {
    id: 'ufffd-in-stream',
    says: 'each byte of a character beyond ASCII is decoded alone: U+FFFD in the deltas',
    family,
    source: 'https://github.com/ai-dynamo/dynamo/issues/12630',
    dialects: OPENAI,
    caughtBy: { 'streaming.keeps-characters-whole': /the stream holds U\+FFFD/ },
    arm: () => ({
      stream: (stream) =>
        patchEvents(stream, (event) => [
          patchChoices(event, (choice) =>
            patchText(choice, (text) =>
              text.replace(/[^\p{ASCII}]/gu, (character) => '\uFFFD'.repeat(Buffer.byteLength(character))),
            ),
          ),
        ]),
    }),
  },
  {
    id: 'stop-prefix-streamed',
    says: 'a stream shows the beginning of a stop string before it is complete',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/3574',
    dialects: OPENAI,
    caughtBy: {
      'streaming.holds-stops-back': /the stop string ".+" ends the text at \d+, yet the stream went on with/,
    },
    arm: () => ({ job: (job) => ({ ...job, holdBack: !job.stream }) }),
  },
  {
    id: 'buffered-by-proxy',
    says: 'something in front keeps the whole stream and sends it in one piece',
    family,
    source: 'https://github.com/dstackai/dstack/issues/4269',
    dialects: OPENAI,
    caughtBy: { 'streaming.arrives-in-pieces': /is buffered on the way: the whole body came in \d+ reads?/ },
    arm: () => ({
      stream: ({ nameOf, ...stream }) => ({
        ...stream,
        lateHeaders: true,
        events: inOnePiece(stream.events, nameOf),
      }),
    }),
  },
  {
    id: 'chunked-cut',
    says: 'the connection of a stream breaks in the middle',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/2694',
    dialects: OPENAI,
    caughtBy: { 'streaming.ends-properly': /truncated-stream .*other side closed/ },
    arm: () => ({ stream: (stream) => ({ ...stream, events: breakAfter(stream, 4) }) }),
  },
  {
    id: 'open-after-done',
    says: 'the response to a stream is not ended after [DONE]',
    family,
    source: 'https://github.com/vastsa/PI-Desktop/pull/217',
    dialects: OPENAI,
    caughtBy: {
      'streaming.ends-its-response': /is complete with \[DONE\], and its response is not ended after it/,
    },
    arm: () => ({ stream: (stream) => ({ ...stream, staysOpen: true }) }),
  },
]

async function* inOnePiece(events: Stream['events'], nameOf: Stream['nameOf']): AsyncGenerator<string> {
  const all: string[] = []
  for await (const event of events) {
    const name = nameOf?.(event)
    all.push(name === undefined ? event : `${event}\nevent: ${name}`)
  }
  // One write is one read at the other end; the separators between events are part of it.
  yield all.join('\n\ndata: ')
}

async function* breakAfter({ events }: Stream, good: number): AsyncGenerator<string> {
  let count = 0
  for await (const event of events) {
    if (count++ === good) throw new Error('the connection is cut here on purpose')
    yield event
  }
}
