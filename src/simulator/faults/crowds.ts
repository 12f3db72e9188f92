import type { Asked } from '../hooks.ts'
import { json } from '../http.ts'
import { BOTH, type Fault, OPENAI } from './fault.ts'
import { isDone, isGeneration, type JsonObject, patchEvents } from './patch.ts'

const ALONE = /HTTP 429: Too Many Requests; \d+ of \d+ requests that came alone, .* were refused so/
const SHUT =
  /HTTP 429: Too Many Requests; all \d+ requests to this route in \d+ s were refused so, while other routes answered/
const LOST =
  /\d\d of 32 answers lack the marker that .*: "[^;]*; (\d+) of \1 of the same requests, asked one by one, give it back/

/** What a service does to many requests, and what its streams count of them. */
export const crowdFaults: readonly Fault[] = [
  {
    id: 'crowd-loses-prompts',
    says: 'with more than eight in flight a request is answered as if it had asked for a story',
    family: 'generation',
    source: 'https://github.com/ggml-org/llama.cpp/issues/27148',
    dialects: BOTH,
    caughtBy: {
      'generation.keeps-requests-apart': LOST,
      'streaming.keeps-streams-apart': LOST,
    },
    arm: (server) => ({
      job: (job) => (server.inFlight() > 8 ? { ...job, prompt: 'Tell me a story.' } : job),
    }),
  },
  {
    id: 'turns-away-every-other',
    says: 'every other generation is a 429, however few there are',
    family: 'load',
    source: 'https://github.com/huggingface/huggingface_hub/issues/4703',
    dialects: OPENAI,
    caughtBy: { 'health.keeps-agreeing': ALONE, 'warm-errors': ALONE },
    arm: () => {
      let turn = 0
      return { arrive: (reply, asked) => (isAsked(asked) && turn++ % 2 === 1 ? TOO_MANY : reply) }
    },
  },
  {
    id: 'turns-chat-away',
    says: 'each request on chat is a 429, while completions answers',
    family: 'load',
    source: 'https://github.com/huggingface/huggingface_hub/issues/4703',
    dialects: OPENAI,
    caughtBy: {
      'generation.answers-every-time': SHUT,
      'generation.serves-a-crowd': SHUT,
      'forms.reads-every-part': SHUT,
    },
    arm: () => ({
      arrive: (reply, asked) => (asked.path === '/v1/chat/completions' ? TOO_MANY : reply),
    }),
  },
  {
    id: 'usage-chunk-twice',
    says: 'the chunk with the usage comes twice',
    family: 'streaming',
    source: 'https://github.com/Portkey-AI/gateway/issues/1338',
    dialects: OPENAI,
    caughtBy: { 'streaming.sends-usage': /2 events carry a usage, where one was asked for/ },
    arm: () => ({
      stream: (stream) =>
        patchEvents(stream, (event) => (event.includes('"choices":[],') ? [event, event] : [event])),
    }),
  },
  {
    id: 'usage-in-every-chunk',
    says: 'each chunk carries a usage, though nobody asked for continuous ones',
    family: 'streaming',
    source: 'https://github.com/raullenchai/Rapid-MLX/pull/792',
    dialects: OPENAI,
    caughtBy: { 'streaming.sends-usage': /(?:[3-9]|\d\d) events carry a usage, where one was asked for/ },
    arm: () => ({
      stream: (stream) => patchEvents(stream, (event, index) => [withUsage(event, index)]),
    }),
  },
  {
    id: 'usage-beside-choices',
    says: 'the usage stands in a chunk that has a choice',
    family: 'streaming',
    source: 'https://github.com/ai-dynamo/dynamo/pull/3022',
    dialects: OPENAI,
    caughtBy: { 'streaming.sends-usage': /the event with the usage has 1 choice/ },
    arm: () => ({
      stream: (stream) =>
        patchEvents(stream, (event) => [
          event.replace(
            '"choices":[],',
            '"choices":[{"index":0,"text":"","delta":{},"finish_reason":null}],',
          ),
        ]),
    }),
  },
]

const TOO_MANY = json(429, {
  error: { message: 'Too Many Requests', type: 'rate_limit_error', param: null, code: 429 },
})

const isAsked = ({ path, method }: Asked): boolean => method === 'POST' && isGeneration(path)

function withUsage(event: string, index: number): string {
  if (isDone(event)) return event
  const usage = { prompt_tokens: 5, completion_tokens: index + 1, total_tokens: index + 6 }
  return JSON.stringify({ usage, ...(JSON.parse(event) as JsonObject) })
}
