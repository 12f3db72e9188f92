import type { Job, Token } from '../job.ts'
import { drawMs } from '../profiles.ts'
import { Refusal } from '../refusal.ts'
import { Slots } from '../slots.ts'
import { BOTH, type Fault, type FaultyServer, OPENAI } from './fault.ts'

/** What a request waits for: others in front of it, or a model that was put away. */
export const waitFaults: readonly Fault[] = [
  {
    id: 'streams-one-by-one',
    says: 'parallel streams are served one after the other',
    family: 'load',
    source: 'https://github.com/tenstorrent/tt-inference-server/issues/2549',
    dialects: OPENAI,
    caughtBy: {
      'generation.serves-together':
        /4 streams sent at once were served one after the other: their first deltas came after \d+,/,
    },
    arm: () => inTurns(1, ({ stream }) => stream),
  },
  {
    id: 'requests-one-by-one',
    says: 'parallel requests that are not streamed are served one after the other',
    family: 'load',
    source: 'https://github.com/mozilla-ai/llamafile/issues/183',
    dialects: BOTH,
    caughtBy: {
      'generation.serves-together':
        /4 requests sent at once were served one after the other: they ended after \d+,/,
    },
    arm: () => inTurns(1, ({ stream }) => !stream),
  },
  {
    id: 'chat-one-by-one',
    says: 'one lock stands before the chat route: its requests are served one after the other',
    family: 'load',
    source: 'https://github.com/lm-sys/FastChat/issues/2756',
    dialects: OPENAI,
    caughtBy: {
      'generation.serves-together':
        /on chat: 4 (?:streams|requests) sent at once were served .*ended after \d+,/,
    },
    arm: () => inTurns(1, ({ route }) => route === 'chat'),
  },
  {
    id: 'two-at-a-time',
    says: 'a lock in front lets two requests through at a time',
    family: 'load',
    source: 'https://github.com/ogx-ai/ogx/issues/1457',
    dialects: BOTH,
    caughtBy: {
      'generation.serves-together':
        /4 (?:streams|requests) sent at once were served (?:at most 2 at a time|in turns): .*ended after \d+,/,
    },
    arm: () => inTurns(2, () => true),
  },
  {
    id: 'reload-after-idle',
    says: 'after two seconds without a request the model is put away, and the next request loads it again',
    family: 'lifecycle',
    source: 'https://github.com/ggml-org/llama.cpp/pull/18228',
    dialects: BOTH,
    caughtBy: {
      'lifecycle.stays-loaded-when-idle':
        /after 2500 ms without a request the next one takes \d{3,} and \d{3,} ms, others \d+ ms/,
    },
    arm: (server) => afterIdle(server, (loadMs, signal) => server.clock.sleep(loadMs, signal)),
  },
  {
    id: 'busy-after-idle',
    says: 'after two seconds without a request the next one is a 503: the model is being loaded',
    family: 'lifecycle',
    source: 'https://github.com/NVIDIA/nvcf/issues/1535',
    dialects: BOTH,
    caughtBy: {
      'lifecycle.stays-loaded-when-idle': /the first request after 2500 ms without one.*503.*Loading model/,
    },
    arm: (server) =>
      afterIdle(server, () => {
        throw new Refusal(503, 'busy', 'Loading model')
      }),
  },
]

/** A lock through which so many of these jobs pass at a time, in order of arrival. */
function inTurns(size: number, applies: (job: Job) => boolean): ReturnType<Fault['arm']> {
  const turns = new Slots(size, Number.POSITIVE_INFINITY)
  return {
    tokens: (tokens, job, signal) => (applies(job) ? takingTurns(tokens, turns, signal) : tokens),
  }
}

async function* takingTurns(tokens: AsyncIterable<Token>, turns: Slots, signal: AbortSignal) {
  const release = await turns.take(signal)
  try {
    yield* tokens
  } finally {
    release()
  }
}

const IDLE_MS = 2_000
/** A start takes as long, whatever the profile says: what loads in no time may be put away. */
const LEAST_LOAD_MS = 1_200

/** Acts before the first token of a request that comes after an idle gap, once for each gap. */
function afterIdle(
  { clock, random, profile, inFlight }: FaultyServer,
  act: (loadMs: number, signal: AbortSignal) => Promise<void>,
): ReturnType<Fault['arm']> {
  let lastMs = clock.monotonicMs()
  return {
    load: ({ portMs }) => ({ portMs: Math.max(LEAST_LOAD_MS, portMs) }),
    beforeTokens: async (_, __, signal) => {
      const idleMs = clock.monotonicMs() - lastMs
      lastMs = clock.monotonicMs()
      if (idleMs > IDLE_MS && inFlight() <= 1)
        await act(Math.max(LEAST_LOAD_MS, drawMs(random, profile.loadMs)), signal)
      return undefined
    },
    tokens: async function* (tokens) {
      for await (const token of tokens) {
        lastMs = clock.monotonicMs()
        yield token
      }
    },
  }
}
