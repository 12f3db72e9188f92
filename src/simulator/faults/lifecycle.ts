import { drawMs } from '../profiles.ts'
import { Refusal } from '../refusal.ts'
import { ANANKE, BOTH, type Fault, OPENAI } from './fault.ts'
import { patchJson } from './patch.ts'

const family = 'lifecycle'

/** Lifecycle, cold start and contract. */
export const lifecycleFaults: readonly Fault[] = [
  {
    id: 'reload-per-request',
    says: 'every request loads the model again: warm is as slow as cold',
    family,
    source: 'rand/ananke maze/modal_inference/BEFORE_AFTER.md',
    dialects: BOTH,
    caughtBy: {
      'lifecycle.warm-is-not-cold':
        /warm calls take \d+ ms, the cold start \d+ ms: .*as if the model were loaded for each request/,
      'warm-to-cold': /warm p50 is .* of the cold start of .*\(at most 30 %\)/,
    },
    arm: ({ clock, profile, random }) => ({
      beforeTokens: async (_, __, signal) => {
        await clock.sleep(drawMs(random, profile.loadMs), signal)
        return undefined
      },
    }),
  },
  {
    id: 'forwarder-timeout',
    says: 'a thin function in front gives up on an answer after 0.6 seconds (10 s where it was seen)',
    family,
    source: 'rand/ananke FIX_SUMMARY.md',
    dialects: BOTH,
    caughtBy: { 'generation.finishes-long-answers': /an answer of \d+ tokens failed: .*HTTP 504/ },
    arm: ({ clock }) => {
      return {
        tokens: (tokens) => giveUpAfter(tokens, clock.monotonicMs() + 600, () => clock.monotonicMs()),
      }
    },
  },
  {
    id: 'client-contract-drift',
    says: 'the answer holds `model` and `stats` where its readers expect `model_name` and `tokens_generated`',
    family,
    source: 'rand/ananke maze/src/modal_client.rs',
    dialects: ANANKE,
    caughtBy: { 'generation.answers': /malformed-body .*tokens_generated: .*received undefined/ },
    arm: () => ({
      reply: (reply, { path }) =>
        path === '/generate_api' && reply.status === 200
          ? patchJson(reply, ({ model_name, tokens_generated, generation_time_ms, ...body }) => ({
              ...body,
              model: model_name,
              stats: { tokens_generated, generation_time_ms },
            }))
          : reply,
    }),
  },
  {
    id: 'chat-template-missing',
    says: 'every chat is a 400 for want of a template; completions are fine',
    family: 'generation',
    source: 'https://github.com/vllm-project/vllm/issues/39279',
    dialects: OPENAI,
    caughtBy: { 'generation.answers-chat': /HTTP 400: default chat template is no longer allowed/ },
    arm: () => ({
      body: (body, { path }) => {
        if (path !== '/v1/chat/completions') return body
        throw new Refusal(
          400,
          'failed',
          'default chat template is no longer allowed, so you must provide one',
        )
      },
    }),
  },
]

async function* giveUpAfter<T>(items: AsyncIterable<T>, untilMs: number, nowMs: () => number) {
  for await (const item of items) {
    if (nowMs() > untilMs) throw new Refusal(504, 'failed', 'Function timed out')
    yield item
  }
}
