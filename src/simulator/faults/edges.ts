import { isObject } from '../fields.ts'
import type { Stream } from '../http.ts'
import { Refusal } from '../refusal.ts'
import { BOTH, type Fault, OPENAI } from './fault.ts'
import { isDone, patchChoices, patchEvents, patchText } from './patch.ts'

/** The edges of what may be asked for. */
export const edgeFaults: readonly Fault[] = [
  {
    id: 'long-stream-cut-32k',
    says: 'a stream breaks off after 32 KiB; not streamed all is well',
    family: 'streaming',
    source: 'https://github.com/envoyproxy/ai-gateway/issues/494',
    dialects: OPENAI,
    caughtBy: {
      'generation.finishes-long-streams':
        /ended after \d+ events, 3[12]\d{3} bytes: .*not streamed, arrives whole/,
    },
    arm: () => ({ stream: (stream) => ({ ...stream, events: breakAfterBytes(stream, 32_768) }) }),
  },
  {
    id: 'chat-stream-cut-64k',
    says: 'a stream of the chat route breaks off after 64 KiB',
    family: 'streaming',
    source: 'https://github.com/pydantic/logfire/issues/1882',
    dialects: OPENAI,
    caughtBy: {
      'generation.finishes-long-streams':
        /on chat: .*ended after \d+ events, 6[45]\d{3} bytes: .*not streamed, arrives whole/,
    },
    arm: () => ({
      stream: (stream, { path }) =>
        path === '/v1/chat/completions' ? { ...stream, events: breakAfterBytes(stream, 65_536) } : stream,
    }),
  },
  {
    id: 'long-stream-cut-60-events',
    says: 'what a stream says after 60 events is dropped; its end comes as if nothing were missing',
    family: 'streaming',
    source: 'https://github.com/BerriAI/litellm/issues/5964',
    dialects: OPENAI,
    caughtBy: {
      'generation.finishes-long-streams':
        /brings \d+ characters in 6\d events, \d+ bytes, the same answer, not streamed, \d{3,}/,
    },
    arm: () => ({ stream: (stream) => ({ ...stream, events: dropAfter(stream, 60) }) }),
  },
  {
    id: 'context-edge-refused',
    says: 'a request that fills the context to its last token is refused',
    family: 'answers',
    source: 'https://github.com/AIDotNet/OpenCowork/issues/82',
    dialects: OPENAI,
    caughtBy: {
      'generation.fills-its-context':
        /together the context of \d+, are not served: .*400.*exceed the context length/,
    },
    arm: refusesAtTheEdge(400, 'too-long', 'The prompt and max_tokens exceed the context length'),
  },
  {
    id: 'context-edge-500',
    says: 'a request that fills the context to its last token is a 500',
    family: 'answers',
    source: 'https://github.com/vllm-project/vllm-ascend/issues/11557',
    dialects: OPENAI,
    caughtBy: {
      'generation.fills-its-context':
        /together the context of \d+, are not served: .*500.*index out of range/,
    },
    arm: refusesAtTheEdge(500, 'failed', 'index out of range in self'),
  },
  {
    id: 'context-edge-off-by-one',
    says: 'the last token of the context is never used: an answer that fills it is one token short',
    family: 'generation',
    source: 'https://github.com/vllm-project/vllm/issues/28172',
    dialects: OPENAI,
    caughtBy: {
      'generation.fills-its-context': /max_tokens \d+, together the context of \d+, give \d+ tokens/,
    },
    arm: ({ profile }) => ({
      job: (job) => {
        const room = profile.maxModelLen - 1 - job.promptTokens
        const maxTokens = Math.max(1, Math.min(job.sampling.maxTokens, room))
        return { ...job, sampling: { ...job.sampling, maxTokens } }
      },
    }),
  },
  {
    id: 'large-request-500',
    says: 'a request of more than 30,000 characters is a 500',
    family: 'answers',
    source: 'https://github.com/kubernetes-sigs/gateway-api-inference-extension/issues/2056',
    dialects: BOTH,
    caughtBy: {
      'generation.takes-large-requests':
        /a legal request of 100\d{3} characters .* is not served: .*500.*; the same with a short one is/,
    },
    arm: () => ({
      body: (body) => {
        if (charactersOf(body) > 30_000) throw new Refusal(500, 'failed', 'request body too large to process')
        return body
      },
    }),
  },
  {
    id: 'large-request-413',
    says: 'a request of more than 64 KiB is a 413 on the chat route',
    family: 'answers',
    source: 'https://github.com/ggml-org/llama.cpp/pull/4500',
    dialects: OPENAI,
    caughtBy: {
      'generation.takes-large-requests':
        /on chat: a legal request of 100\d{3} characters .* is not served: .*413.*; the same with a short one is/,
    },
    arm: () => ({
      body: (body, { path }) => {
        if (path === '/v1/chat/completions' && charactersOf(body) > 65_536)
          throw new Refusal(413, 'failed', 'Payload Too Large')
        return body
      },
    }),
  },
  {
    id: 'lone-surrogates',
    says: 'a character beyond the first plane is cut in two: each delta holds one surrogate of it',
    family: 'streaming',
    source: 'https://github.com/elizaOS/eliza/issues/30904',
    dialects: OPENAI,
    caughtBy: {
      'streaming.keeps-characters-whole': /\d+ deltas are no Unicode text by themselves: .*one surrogate/,
    },
    arm: () => ({ stream: (stream) => patchEvents(stream, splitPairs) }),
  },
  {
    id: 'half-emoji-replaced',
    says: 'a character beyond the first plane is cut in two, and each half becomes U+FFFD',
    family: 'streaming',
    source: 'https://github.com/continuedev/continue/pull/13181',
    dialects: OPENAI,
    caughtBy: { 'streaming.keeps-characters-whole': /the stream holds U\+FFFD: ".*\uFFFD/ },
    arm: () => ({
      stream: (stream) =>
        patchEvents(stream, (event) => splitPairs(event).map((half) => half.replace(SURROGATE, '\uFFFD'))),
    }),
  },
]

const charactersOf = (body: unknown): number => (isObject(body) ? JSON.stringify(body).length : 0)

async function* breakAfterBytes({ events }: Stream, most: number): AsyncGenerator<string> {
  let bytes = 0
  for await (const event of events) {
    bytes += Buffer.byteLength(`data: ${event}\n\n`)
    if (bytes > most) throw new Error('the connection is cut here on purpose')
    yield event
  }
}

/** Only events without a finish reason are dropped: the usage and the end marker come. */
async function* dropAfter({ events }: Stream, good: number): AsyncGenerator<string> {
  let count = 0
  for await (const event of events) {
    const isText = !isDone(event) && event.includes('"finish_reason":null')
    if (isText && count++ >= good) continue
    yield event
  }
}

const PAIR = /[\u{10000}-\u{10FFFF}]/u
const SURROGATE = /\\ud[89a-f][\da-f]{2}/gi

/** An event whose text holds such a character becomes two, cut in its middle. */
function splitPairs(event: string): readonly string[] {
  const pair = PAIR.exec(event)
  if (!pair) return [event]
  return [firstHalf, secondHalf].map((half) => patchChoices(event, (choice) => patchText(choice, half)))
}

const firstHalf = (text: string): string => text.slice(0, text.search(PAIR) + 1)
const secondHalf = (text: string): string => text.slice(text.search(PAIR) + 1)

/** Refuses what fills the context to its last token. */
function refusesAtTheEdge(...refusal: ConstructorParameters<typeof Refusal>): Fault['arm'] {
  return ({ profile }) => ({
    job: (job) => {
      if (job.promptTokens + job.sampling.maxTokens >= profile.maxModelLen) throw new Refusal(...refusal)
      return job
    },
  })
}
