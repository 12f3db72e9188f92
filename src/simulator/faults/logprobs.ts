import { isObject } from '../fields.ts'
import type { Hooks } from '../hooks.ts'
import { Refusal } from '../refusal.ts'
import { type Fault, OPENAI } from './fault.ts'
import { type JsonObject, patchEvents, patchJson } from './patch.ts'
import { eachList, eachValue, patchLogprobs } from './patch-logprobs.ts'

const family = 'generation'

/** Log probabilities that are not there, or not what they say. */
export const logprobFaults: readonly Fault[] = [
  {
    id: 'logprobs-null',
    says: 'logprobs are null on the completions route',
    family,
    source: 'https://github.com/EricLBuehler/mistral.rs/issues/1876',
    dialects: OPENAI,
    caughtBy: { 'generation.gives-logprobs': /logprobs on completions: the answer has no log probabilities/ },
    arm: () => patchLogprobs(() => null, { route: 'completions' }),
  },
  {
    id: 'chat-logprobs-missing',
    says: 'logprobs are null on chat, and there on completions',
    family,
    source: 'https://github.com/theroyallab/tabbyAPI/pull/430',
    dialects: OPENAI,
    caughtBy: { 'generation.gives-logprobs': /logprobs on chat: the answer has no log probabilities/ },
    arm: () => patchLogprobs(() => null, { route: 'chat' }),
  },
  {
    id: 'streamed-logprobs-missing',
    says: 'no chunk of a stream has logprobs',
    family,
    source: 'https://github.com/ml-explore/mlx-lm/pull/1630',
    dialects: OPENAI,
    caughtBy: {
      'generation.gives-logprobs': /logprobs streamed on \w+: the answer has no log probabilities/,
    },
    arm: () => patchLogprobs(() => null, { stream: true }),
  },
  {
    id: 'logprobs-nan',
    says: 'a log probability is NaN, so the body is no JSON',
    family,
    source: 'https://github.com/tenstorrent/vllm/issues/435',
    dialects: OPENAI,
    caughtBy: { 'generation.gives-logprobs': /the answer holds NaN, which is no JSON/ },
    arm: () => withNoNumber('NaN'),
  },
  {
    id: 'logprobs-infinite',
    says: 'a log probability is -Infinity, so the body is no JSON',
    family,
    source: 'https://github.com/dphnAI/sonar/issues/183',
    dialects: OPENAI,
    caughtBy: { 'generation.gives-logprobs': /the answer holds -Infinity, which is no JSON/ },
    arm: () => withNoNumber('-Infinity'),
  },
  {
    id: 'logprobs-500',
    says: 'a request for logprobs is a 500',
    family,
    source: 'https://github.com/sgl-project/sglang/issues/5984',
    dialects: OPENAI,
    caughtBy: { 'generation.gives-logprobs': /logprobs with 3 alternatives.*HTTP 500.*not JSON compliant/ },
    arm: () => ({ body: refuseLogprobs }),
  },
  {
    id: 'logprobs-positive',
    says: 'the first log probability of an answer is a probability',
    family,
    source: 'https://github.com/togethercomputer/openapi/issues/5',
    dialects: OPENAI,
    caughtBy: { 'generation.gives-logprobs': /token 1, ".+", has the log probability 0\.\d+: above 0/ },
    arm: () => patchLogprobs((logprobs) => eachValue(logprobs, (value) => Math.exp(value))),
  },
  {
    id: 'logprobs-all-zero',
    says: 'each log probability is 0, the alternatives too',
    family,
    source: 'https://github.com/togethercomputer/together-python/issues/250',
    dialects: OPENAI,
    caughtBy: {
      'generation.gives-logprobs':
        /the alternatives of ".+" have a probability of 3\.000 in all, more than 1/,
    },
    arm: () => patchLogprobs((logprobs) => eachValue(logprobs, () => 0)),
  },
  {
    id: 'logprobs-fewer-than-tokens',
    says: 'log probabilities of every other token are lost',
    family,
    source: 'https://github.com/mlc-ai/mlc-llm/pull/3150',
    dialects: OPENAI,
    caughtBy: { 'generation.gives-logprobs': /log probabilities of 8 tokens, the answer has 16/ },
    arm: () =>
      patchLogprobs((logprobs) => eachList(logprobs, (list) => list.filter((_, at) => at % 2 === 0)), {
        stream: false,
      }),
  },
  {
    id: 'logprobs-of-last-token',
    says: 'several tokens that come at once have the log probabilities of the first',
    family,
    source: 'https://github.com/theroyallab/tabbyAPI/pull/141',
    dialects: OPENAI,
    caughtBy: { 'generation.gives-logprobs': /the tokens make "(.+?)\1(.+?)\2.*", the text is ".+"/ },
    arm: () =>
      patchLogprobs((logprobs) => eachList(logprobs, (list) => list.map((_, at) => list[at - (at % 2)])), {
        stream: false,
      }),
  },
  {
    id: 'logprobs-of-another-text',
    says: 'the tokens listed are not those of the text',
    family,
    source: 'https://github.com/ggml-org/llama.cpp/issues/4166',
    dialects: OPENAI,
    caughtBy: { 'generation.gives-logprobs': /the tokens make ".+", the text is ".+"/ },
    arm: () =>
      patchLogprobs((logprobs) => eachList(logprobs, (list) => list.toReversed()), { stream: false }),
  },
  {
    id: 'top-logprobs-ignored',
    says: 'each token lists itself alone, however many are asked for',
    family,
    source: 'https://github.com/huggingface/text-generation-inference/issues/2108',
    dialects: OPENAI,
    caughtBy: {
      'generation.gives-logprobs':
        /3 alternatives were asked for, \d+ of \d+ tokens list fewer: ".+" lists 1/,
    },
    arm: () => patchLogprobs((logprobs) => withTop(logprobs, (top) => top.slice(0, 1))),
  },
  {
    id: 'top-logprobs-one-fewer',
    says: 'each token lists one alternative fewer than asked for',
    family,
    source: 'https://github.com/InternLM/lmdeploy/issues/1548',
    dialects: OPENAI,
    caughtBy: {
      'generation.gives-logprobs':
        /3 alternatives were asked for, \d+ of \d+ tokens list fewer: ".+" lists 2/,
    },
    arm: () => patchLogprobs((logprobs) => withTop(logprobs, (top) => top.slice(0, -1))),
  },
  {
    id: 'top-logprobs-of-first',
    says: 'each token lists the alternatives of the first',
    family,
    source: 'https://github.com/sgl-project/sglang/issues/5761',
    dialects: OPENAI,
    caughtBy: {
      'generation.gives-logprobs': /".+" has the log probability -?\d\S+, its own list says otherwise/,
    },
    arm: () => patchLogprobs(withFirstTop, { stream: false }),
  },
  {
    id: 'logprobs-of-one-choice',
    says: 'of several choices the first alone has logprobs',
    family,
    source: 'https://github.com/PaddlePaddle/FastDeploy/pull/3620',
    dialects: OPENAI,
    caughtBy: { 'generation.gives-logprobs': /choice 1: the answer has no log probabilities/ },
    arm: () => patchLogprobs((logprobs, _, choice) => (choice['index'] === 0 ? logprobs : null)),
  },
  {
    id: 'echo-logprobs-missing',
    says: 'with echo only the generated tokens have log probabilities',
    family,
    source: 'https://github.com/ggml-org/llama.cpp/issues/27174',
    dialects: OPENAI,
    caughtBy: {
      'generation.echoes-logprobs':
        /echo with logprobs: with the prompt's \d+ tokens: log probabilities of 3 tokens, the answer has \d+/,
    },
    arm: () => patchLogprobs(withoutEchoed),
  },
  {
    id: 'prompt-logprobs-empty',
    says: 'prompt_logprobs is [null], whatever the prompt',
    family,
    source: 'https://github.com/vllm-project/vllm-metal/issues/680',
    dialects: OPENAI,
    caughtBy: { 'generation.echoes-logprobs': /prompt_logprobs of 1 tokens, the prompt has \d+/ },
    arm: () => ({ reply: withoutPrompt }),
  },
]

/** The first value of an answer, as a serializer writes what JSON cannot say. */
function withNoNumber(text: string): Partial<Hooks> {
  const spoil = (body: string) =>
    body.replace(/("logprob":|"token_logprobs":\[(?:null,)?)-?[\d.e+-]+/, `$1${text}`)
  return {
    reply: (reply) => ({ ...reply, body: spoil(reply.body) }),
    stream: (stream) => patchEvents(stream, (event) => [spoil(event)]),
  }
}

function refuseLogprobs(body: unknown): unknown {
  if (!isObject(body) || (body['logprobs'] ?? false) === false) return body
  throw new Refusal(500, 'failed', 'Out of range float values are not JSON compliant')
}

/** The list of each token changed: objects by token on completions, lists on chat. */
function withTop(logprobs: JsonObject, change: (top: readonly unknown[]) => readonly unknown[]): JsonObject {
  const { content, top_logprobs: tops } = logprobs
  if (Array.isArray(content))
    return { content: content.map((one) => ({ ...one, top_logprobs: change(one.top_logprobs) })) }
  if (!Array.isArray(tops)) return logprobs
  const cut = (top: unknown) =>
    isObject(top) ? Object.fromEntries(change(Object.entries(top)) as [string, unknown][]) : top
  return { ...logprobs, top_logprobs: tops.map(cut) }
}

function withFirstTop(logprobs: JsonObject): JsonObject {
  const { content, top_logprobs: tops } = logprobs
  if (Array.isArray(content))
    return { content: content.map((one) => ({ ...one, top_logprobs: content[0]?.top_logprobs })) }
  return Array.isArray(tops) ? { ...logprobs, top_logprobs: tops.map(() => tops[0]) } : logprobs
}

/** The first token of an echoed prompt has no value, and marks where one begins. */
const withoutEchoed: Parameters<typeof patchLogprobs>[0] = (logprobs, { body }) => {
  if (!isObject(body) || body['echo'] !== true) return logprobs
  const generated = Number(body['max_tokens'] ?? 16)
  return eachList(logprobs, (list) => list.slice(-generated))
}

const withoutPrompt: Hooks['reply'] = (reply) =>
  patchJson(reply, (body) => {
    const cut = (one: JsonObject) =>
      Array.isArray(one['prompt_logprobs']) ? { ...one, prompt_logprobs: [null] } : one
    const choices = body['choices']
    return cut(Array.isArray(choices) ? { ...body, choices: choices.map(cut) } : body)
  })
