import { isObject } from '../fields.ts'
import type { Job, Output, Token } from '../job.ts'
import { Refusal } from '../refusal.ts'
import { BOTH, type Fault, type FaultyServer, OPENAI } from './fault.ts'
import { eachOutput, withSampling } from './patch.ts'

const family = 'generation'

/** Generation correctness. */
export const generationFaults: readonly Fault[] = [
  {
    id: 'cross-request-leak',
    says: 'with others in flight, half of the answers belong to another request',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/9910',
    dialects: BOTH,
    caughtBy: { 'generation.keeps-requests-apart': /holds .*, the marker of another request/ },
    arm: leak,
  },
  {
    id: 'stop-gives-empty',
    says: 'the text is empty when `stop` is set',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/11089',
    dialects: BOTH,
    caughtBy: { 'generation.stop-that-never-comes': /the text is empty once a stop string is set/ },
    arm: () => eachOutput(withoutText, (job) => job.sampling.stop.length > 0),
  },
  {
    id: 'stop-missed-in-token',
    says: 'a stop string is missed where a word goes on behind it',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/3572',
    dialects: BOTH,
    caughtBy: { 'generation.stops-at-a-stop': /the stop string ".+", \d of \d, stands in the text/ },
    arm: () =>
      withSampling((sampling) => ({
        ...sampling,
        stop: sampling.stop.map((stop) => (/\w$/.test(stop) ? `${stop} ` : stop)),
      })),
  },
  {
    id: 'stop-ignored',
    says: 'stop strings do nothing',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/57052',
    dialects: BOTH,
    caughtBy: { 'generation.stops-at-a-stop': /the stop string ".+", \d of \d, stands in the text/ },
    arm: () => withSampling((sampling) => ({ ...sampling, stop: [] })),
  },
  {
    id: 'stop-only-first',
    says: 'only the first of several stop strings fires',
    family,
    source: 'https://github.com/triton-inference-server/tensorrtllm_backend/issues/128',
    dialects: BOTH,
    caughtBy: { 'generation.stops-at-a-stop': /the stop string ".+", 2 of 2, stands in the text/ },
    arm: () => withSampling((sampling) => ({ ...sampling, stop: sampling.stop.slice(0, 1) })),
  },
  {
    id: 'end-token-leak',
    says: 'a text that ends by itself ends with a turn marker',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/49955',
    dialects: BOTH,
    caughtBy: { 'generation.speaks-text': /the text holds "<\|im_end\|>", a marker of the tokenizer/ },
    arm: () =>
      eachOutput((output) =>
        output.finish === 'stop' && output.stopReason === undefined
          ? { ...output, text: `${output.text}<|im_end|>` }
          : output,
      ),
  },
  {
    id: 'end-token-unknown',
    says: 'nothing but a constraint ends an answer: the model talks on to max_tokens',
    family,
    source: 'https://github.com/Blaizzy/mlx-vlm/pull/2112',
    dialects: OPENAI,
    caughtBy: {
      'generation.ends-its-turn': /answers of a few words do not end by themselves within \d+ tokens/,
    },
    arm: () => ({
      job: (job) => (job.constraint ? job : { ...job, sampling: { ...job.sampling, ignoreEos: true } }),
    }),
  },
  {
    id: 'min-tokens-ignored',
    says: 'answers end before min_tokens',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/15967',
    dialects: OPENAI,
    caughtBy: { 'generation.keeps-the-floor': /\d+ tokens where min_tokens and max_tokens are \d+/ },
    arm: () => withSampling((sampling) => ({ ...sampling, minTokens: 0 })),
  },
  {
    id: 'max-tokens-off-by-one',
    says: 'every third answer has one token fewer than asked for',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/28172',
    dialects: BOTH,
    caughtBy: {
      'generation.keeps-the-cap':
        /(?:\d+ tokens where exactly \d+ were asked for|the finish reason is length after \d+ of \d+ tokens)/,
    },
    arm: () => {
      let count = 0
      return withSampling((sampling) => {
        count += 1
        return { ...sampling, maxTokens: Math.max(1, sampling.maxTokens - (count % 3 === 0 ? 1 : 0)) }
      })
    },
  },
  {
    id: 'length-masked',
    says: 'an answer cut at max_tokens says that it stopped by itself',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/53269',
    dialects: BOTH,
    caughtBy: {
      'generation.keeps-the-cap': /cut at the cap .*yet the finish reason is "stop"/,
      'structured-outputs.cut-answers-say-length': /the JSON is cut, yet the finish reason is "stop"/,
    },
    arm: () => eachOutput((output) => (output.finish === 'length' ? { ...output, finish: 'stop' } : output)),
  },
  {
    id: 'no-content-200',
    says: 'HTTP 200 without text, though tokens were generated',
    family,
    source: 'https://github.com/triton-inference-server/server/issues/7868',
    dialects: BOTH,
    caughtBy: { 'generation.answers': /the answer is empty/ },
    arm: () => eachOutput(withoutText),
  },
  {
    id: 'single-symbol-loop',
    says: 'every answer is "!!!!!…" up to its limit',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/22881',
    dialects: BOTH,
    caughtBy: { 'generation.speaks-text': /answers are one symbol over and over: "!!!!/ },
    arm: () => ({ tokens: loop }),
  },
  {
    id: 'garbage-under-load',
    says: 'with eight or more in flight, texts are odd bytes',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/14491',
    dialects: BOTH,
    caughtBy: { 'generation.keeps-constrained-requests-apart': /the answer had to be \S+, it is "/ },
    arm: (server) => ({
      tokens: (tokens) => (server.inFlight() >= 8 ? garble(tokens, server) : tokens),
    }),
  },
  {
    id: 'seed-ignored',
    says: 'equal seeds give different texts',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/21310',
    dialects: OPENAI,
    caughtBy: { 'generation.keeps-seeds': /pairs with equal seeds differ/ },
    arm: () => withSampling(({ seed: _, ...sampling }) => sampling),
  },
  {
    id: 'same-sample-everywhere',
    says: 'without a seed every answer and every start draws the same',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/11953',
    dialects: BOTH,
    caughtBy: {
      'generation.samples-freely': /six answers at temperature [\d.]+ are the same, byte for byte/,
    },
    arm: () => withSampling((sampling) => ({ seed: 0, ...sampling })),
  },
  {
    id: 'temperature-ignored',
    says: 'any temperature behaves like 0',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/15241',
    dialects: BOTH,
    caughtBy: {
      'generation.samples-freely': /six answers at temperature [\d.]+ are the same, byte for byte/,
    },
    arm: () => withSampling((sampling) => ({ ...sampling, temperature: 0 })),
  },
  {
    id: 'echo-500',
    says: 'echo is a 500, or a 400 when streamed',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/15119',
    dialects: OPENAI,
    caughtBy: { 'generation.echoes': /an echo failed: .*HTTP 500/ },
    arm: () => ({
      body: (body) => {
        if (!isObject(body) || body['echo'] !== true) return body
        throw new Refusal(
          body['stream'] === true ? 400 : 500,
          'failed',
          "'NoneType' object is not subscriptable",
        )
      },
    }),
  },
  {
    id: 'prompt-silently-cut',
    says: 'a prompt beyond half the context loses its beginning, 200',
    family,
    source: 'https://github.com/ollama/ollama/issues/4967',
    dialects: BOTH,
    caughtBy: {
      'errors.too-long-prompt': /a prompt of \d+ characters.*not refused as a bad request: HTTP 200/,
    },
    arm: ({ profile }) => ({
      // A token holds up to four bytes.
      body: (body) => cutPrompts(body, profile.maxModelLen * 2),
    }),
  },
]

const withoutText = (output: Output): Output => ({ ...output, text: '' })

/** What was asked last is answered again: the neighbour's prompt under this request's own limits. */
function leak(server: FaultyServer): ReturnType<Fault['arm']> {
  let last: Job | undefined
  return {
    job: (job) => {
      const neighbour = server.inFlight() > 0 && server.random.next() < 0.5 ? last : undefined
      last = job
      return neighbour ? { ...job, prompt: neighbour.prompt } : job
    },
  }
}

async function* loop(tokens: AsyncIterable<Token>): AsyncGenerator<Token> {
  const symbol = { bytes: new TextEncoder().encode('!'), end: false, logprob: -0.01 }
  for await (const token of tokens) {
    if (token.end) break
    yield symbol
  }
  while (true) yield symbol
}

async function* garble(tokens: AsyncIterable<Token>, { random }: FaultyServer): AsyncGenerator<Token> {
  for await (const token of tokens) {
    yield token.end ? token : { ...token, bytes: Uint8Array.of(random.integer(33, 126)) }
  }
}

/** Keeps the end of each prompt, as a context window that slides over its beginning does. */
function cutPrompts(body: unknown, bytes: number): unknown {
  if (!isObject(body)) return body
  const keep = (value: unknown) =>
    typeof value === 'string' && Buffer.byteLength(value) > bytes
      ? Buffer.from(value).subarray(-bytes).toString('utf8')
      : value
  const messages = body['messages']
  return {
    ...body,
    ...('prompt' in body ? { prompt: keep(body['prompt']) } : {}),
    ...(Array.isArray(messages)
      ? {
          messages: messages.map((message) =>
            isObject(message) ? { ...message, content: keep(message['content']) } : message,
          ),
        }
      : {}),
  }
}
