import { isObject } from '../fields.ts'
import type { Hooks } from '../hooks.ts'
import type { Job, Usage } from '../job.ts'
import { type Fault, OPENAI } from './fault.ts'
import { eachOutput, patchChoices, patchEvents, patchJson, withSampling } from './patch.ts'

const family = 'generation'

/** Fields that are accepted and do nothing, or not what they say. */
export const fieldFaults: readonly Fault[] = [
  {
    id: 'n-ignored',
    says: 'n gives one choice',
    family,
    source: 'https://github.com/sgl-project/sglang-jax/issues/296',
    dialects: OPENAI,
    caughtBy: { 'generation.gives-n-choices': /n: 3 on \w+: n: 3 gives 1 choice: n is ignored/ },
    arm: () => ({ body: (body) => without(body, 'n') }),
  },
  {
    id: 'n-ignored-streamed',
    says: 'n gives one choice in a stream',
    family,
    source: 'https://github.com/tenstorrent/tt-inference-server/issues/2418',
    dialects: OPENAI,
    caughtBy: { 'generation.gives-n-choices': /n: 3 streamed on \w+: n: 3 gives 1 choice: n is ignored/ },
    arm: () => ({ body: (body) => (isObject(body) && body['stream'] === true ? without(body, 'n') : body) }),
  },
  {
    id: 'n-copies-identical',
    says: 'all choices of one request are one text',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/7808',
    dialects: OPENAI,
    caughtBy: {
      'generation.gives-n-choices':
        /the 3 choices of one request have one text at temperature 1\.5, twice: "/,
    },
    arm: () => likeTheFirst(),
  },
  {
    id: 'n-one-choice-empty',
    says: 'the second of several choices has no text',
    family,
    source: 'https://github.com/mlc-ai/mlc-llm/pull/3150',
    dialects: OPENAI,
    caughtBy: { 'generation.gives-n-choices': /choice 1 of 3 is empty, yet it ends with "length"/ },
    arm: () =>
      eachOutput(
        (output) => ({ ...output, text: '' }),
        ({ copy }) => copy === 1,
      ),
  },
  {
    id: 'n-usage-of-one',
    says: 'the usage counts the tokens of one choice',
    family,
    source: 'https://github.com/ggml-org/llama.cpp/pull/27318',
    dialects: OPENAI,
    caughtBy: {
      'generation.gives-n-choices': /3 choices of (\d+) tokens each count \1 completion tokens, not \d+/,
    },
    arm: () => ({ usage: countOne }),
  },
  {
    id: 'n-index-zero',
    says: 'each choice has the index 0',
    family,
    source: 'https://github.com/tenstorrent/tt-inference-server/issues/2322',
    dialects: OPENAI,
    caughtBy: { 'generation.gives-n-choices': /the choices of n: 3 have the indexes 0, 0, 0/ },
    arm: () => indexZero(),
  },
  {
    id: 'seed-ignored-with-n',
    says: 'a seed means nothing where n is above 1',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/21310',
    dialects: OPENAI,
    caughtBy: {
      'generation.copies-keep-seeds': /\d+ of \d+ pairs of equal requests with n: 2 and a seed differ/,
    },
    arm: () => ({ job: (job) => ((job.copies ?? 1) > 1 ? withoutSeed(job) : job) }),
  },
  {
    id: 'copies-share-a-seed',
    says: 'with a seed all choices of one request are one text',
    family,
    source: 'https://github.com/thinking-machines-lab/tinker-feedback/issues/79',
    dialects: OPENAI,
    caughtBy: {
      'generation.copies-keep-seeds':
        /with a seed the 3 choices of one request have one text at temperature 1\.5, twice: "/,
    },
    arm: () => ({ job: shareSeed }),
  },
  {
    id: 'frequency-penalty-ignored',
    says: 'frequency_penalty does nothing',
    family,
    source: 'https://github.com/raullenchai/Rapid-MLX/issues/470',
    dialects: OPENAI,
    caughtBy: { 'generation.obeys-penalties': /frequency_penalty 2 and -2: the same text, "/ },
    arm: () => withSampling((sampling) => ({ ...sampling, frequencyPenalty: 0 })),
  },
  {
    id: 'presence-penalty-ignored',
    says: 'presence_penalty does nothing',
    family,
    source: 'https://github.com/youssofal/MTPLX/pull/120',
    dialects: OPENAI,
    caughtBy: { 'generation.obeys-penalties': /presence_penalty 2 and -2: the same text, "/ },
    arm: () => withSampling((sampling) => ({ ...sampling, presencePenalty: 0 })),
  },
  {
    id: 'repetition-penalty-ignored',
    says: 'repetition_penalty does nothing',
    family,
    source: 'https://github.com/ikawrakow/ik_llama.cpp/issues/2398',
    dialects: OPENAI,
    caughtBy: { 'generation.obeys-penalties': /repetition_penalty 2 and 0\.5: the same text, "/ },
    arm: () => withSampling((sampling) => ({ ...sampling, repetitionPenalty: 1 })),
  },
  {
    id: 'frequency-penalty-reversed',
    says: 'frequency_penalty makes words more frequent',
    family,
    source: 'https://github.com/huggingface/text-generation-inference/issues/1796',
    dialects: OPENAI,
    caughtBy: {
      'generation.obeys-penalties':
        /frequency_penalty 2 and -2: the number of different words is \d+ with 2 and \d+ with -2, where -2 has to repeat more/,
    },
    arm: () => withSampling((sampling) => ({ ...sampling, frequencyPenalty: -sampling.frequencyPenalty })),
  },
  {
    id: 'logit-bias-ignored',
    says: 'logit_bias does nothing',
    family,
    source: 'https://github.com/sgl-project/sglang/issues/6171',
    dialects: OPENAI,
    caughtBy: {
      'generation.obeys-logit-bias':
        /logit_bias -100 for token (\d+) is not obeyed: the answer has the tokens (?:\d+, )*\1\b.*; logit_bias 100 for token \d+ is not obeyed: the answer has the tokens (\d+), (?!\2)/,
    },
    arm: () => withSampling(({ bias: _, ...sampling }) => sampling),
  },
  {
    id: 'bias-shifted-by-one-token',
    says: 'logit_bias acts on the token with the next id',
    family,
    source: 'https://github.com/SillyTavern/SillyTavern/issues/4663',
    dialects: OPENAI,
    caughtBy: {
      'generation.obeys-logit-bias':
        /logit_bias 100 for token (\d+) is not obeyed: the answer has the tokens (?!\1)(\d+)(?:, \2\b){7}/,
    },
    arm: () => withBias(([id, value]) => [id + 1, value]),
  },
  {
    id: 'bias-never-bans',
    says: 'a negative logit_bias does nothing',
    family,
    source: 'https://github.com/polyrabbit/hacker-news-digest/issues/35',
    dialects: OPENAI,
    caughtBy: {
      'generation.obeys-logit-bias':
        /logit_bias -100 for token (\d+) is not obeyed: the answer has the tokens (?:\d+, )*\1\b.*; logit_bias 100 for token \d+ is obeyed/,
    },
    arm: () => withBias(([id, value]) => [id, Math.max(0, value)]),
  },
  {
    id: 'stop-token-ids-ignored',
    says: 'stop_token_ids do nothing',
    family,
    source: 'https://github.com/huggingface/trl/issues/3425',
    dialects: OPENAI,
    caughtBy: {
      'generation.stops-at-token-ids':
        /stop_token_ids \[\d+\], the only token allowed: 8 tokens, the first had to be the last/,
    },
    arm: () => withSampling(({ stopTokens: _, ...sampling }) => sampling),
  },
  {
    id: 'stop-string-never-shown',
    says: 'include_stop_str_in_output does nothing',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/1973',
    dialects: OPENAI,
    caughtBy: {
      'generation.stops-at-token-ids': /stopped at ".+" with include_stop_str_in_output, the text is ""/,
    },
    arm: () => withSampling((sampling) => ({ ...sampling, includeStop: false })),
  },
  {
    id: 'top-k-ignored',
    says: 'top_k does nothing',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/2754',
    dialects: OPENAI,
    caughtBy: {
      'generation.narrows-the-draw':
        /top_k 1 at temperature 2: \d+ of \d+ tokens are not the likeliest of their place/,
    },
    arm: () => withSampling((sampling) => ({ ...sampling, topK: 0 })),
  },
  {
    id: 'top-p-ignored',
    says: 'top_p does nothing',
    family,
    source: 'https://github.com/tenstorrent/tt-metal/issues/44701',
    dialects: OPENAI,
    caughtBy: {
      'generation.narrows-the-draw':
        /top_p 0\.000001 at temperature 2: \d+ of \d+ tokens are not the likeliest of their place/,
    },
    arm: () => withSampling((sampling) => ({ ...sampling, topP: 1 })),
  },
  {
    id: 'min-p-ignored',
    says: 'min_p does nothing',
    family,
    source: 'https://github.com/huggingface/text-generation-inference/issues/1794',
    dialects: OPENAI,
    caughtBy: {
      'generation.narrows-the-draw':
        /min_p 1 at temperature 2: \d+ of \d+ tokens are not the likeliest of their place/,
    },
    arm: () => withSampling((sampling) => ({ ...sampling, minP: 0 })),
  },
]

const without = (body: unknown, name: string): unknown =>
  isObject(body) ? { ...body, [name]: undefined } : body

const withSeed = (job: Job, seed: number): Job => ({ ...job, sampling: { ...job.sampling, seed } })

function withoutSeed(job: Job): Job {
  const { seed: _, ...sampling } = job.sampling
  return { ...job, sampling }
}

/** The choices of one request come to the queue one after the other. */
function likeTheFirst(): Pick<Hooks, 'job'> {
  let drawn = 0
  return {
    job(job) {
      if ((job.copies ?? 1) === 1) return job
      if (job.copy === 0) drawn += 1
      return withSeed(job, job.sampling.seed === undefined ? drawn : job.sampling.seed - (job.copy ?? 0))
    },
  }
}

const shareSeed = (job: Job): Job =>
  job.sampling.seed === undefined ? job : withSeed(job, job.sampling.seed - (job.copy ?? 0))

function countOne(usage: Usage, { copies = 1 }: Job): Usage {
  const completionTokens = Math.ceil(usage.completionTokens / copies)
  return { ...usage, completionTokens, totalTokens: usage.promptTokens + completionTokens }
}

function indexZero(): Pick<Hooks, 'reply' | 'stream'> {
  const zero = (choice: object) => ({ ...choice, index: 0 })
  return {
    reply: (reply) =>
      patchJson(reply, (body) =>
        Array.isArray(body['choices']) ? { ...body, choices: body['choices'].map(zero) } : body,
      ),
    stream: (stream) => patchEvents(stream, (event) => [patchChoices(event, zero)]),
  }
}

const withBias = (change: (entry: readonly [number, number]) => readonly [number, number]) =>
  withSampling(({ bias, ...sampling }) => ({
    ...sampling,
    ...(bias && { bias: new Map([...bias].map(change)) }),
  }))
