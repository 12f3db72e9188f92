import { setImmediate as nextTurn } from 'node:timers/promises'
import { isObject } from '../fields.ts'
import type { Job, Output, Token } from '../job.ts'
import { Refusal } from '../refusal.ts'
import { BOTH, type Fault, OPENAI } from './fault.ts'
import { type JsonObject, patchJson } from './patch.ts'

const family = 'structured'

/** The constraint holds, or seems to, and the text is spoiled all the same. */
export const constrainedTextFaults: readonly Fault[] = [
  {
    id: 'constraint-errors',
    says: 'a constrained request gives one token and finish_reason "error"; plain requests are fine',
    family,
    source: 'https://github.com/mudler/vllm.cpp/issues/398',
    dialects: BOTH,
    caughtBy: { 'structured-outputs.schema-binds': /finish reason \\?"error\\?"|service-error/ },
    arm: () => ({
      outputs: (outputs, job) => (job.constraint ? endAfter(outputs, 1, 'error') : outputs),
    }),
  },
  {
    id: 'json-in-reasoning',
    says: 'on the chat route JSON lands in `reasoning` and the content is empty',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/50948',
    dialects: OPENAI,
    caughtBy: {
      'structured-outputs.schema-binds-on-chat': /the content is empty, all of it stands in the reasoning/,
    },
    arm: () => ({
      reply: (reply, { path, body }) =>
        path === '/v1/chat/completions' && reply.status === 200 && asksForJson(body)
          ? patchJson(reply, moveToReasoning)
          : reply,
    }),
  },
  {
    id: 'json-runs-on-in-white-space',
    says: 'every third JSON answer runs on in white space to its limit',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/38696',
    dialects: BOTH,
    caughtBy: { 'structured-outputs.answers-end': /answers run on in white space/ },
    arm: () => {
      let count = 0
      return {
        tokens: (tokens, job) => {
          if (!isJson(job)) return tokens
          count += 1
          return count % 3 === 0 ? blanksAfter(firstByte(tokens), 1) : tokens
        },
      }
    },
  },
  {
    id: 'spaces-after-json',
    says: 'a finished JSON is followed by spaces to the limit',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/55313',
    dialects: BOTH,
    caughtBy: { 'structured-outputs.answers-end': /answers run on in white space/ },
    arm: () => ({
      tokens: (tokens, job) => (isJson(job) ? blanksAfter(tokens, Number.POSITIVE_INFINITY) : tokens),
    }),
  },
  {
    id: 'cut-json-says-stop',
    says: 'JSON is cut at its budget and finish_reason says stop',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/8350',
    dialects: BOTH,
    caughtBy: { 'structured-outputs.schema-binds': /the JSON is cut, yet the finish reason is "stop"/ },
    arm: () => ({
      outputs: (outputs, job) => (isJson(job) ? endAfter(outputs, CUT_AT, 'stop') : outputs),
    }),
  },
  {
    id: 'grammar-refuses-token',
    says: 'every third constrained answer fails after four tokens with a 500: the grammar refused a token',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/45014',
    dialects: BOTH,
    caughtBy: { 'structured-outputs.answers-are-json': /FSM failed to advance/ },
    arm: () => {
      let count = 0
      return {
        tokens: (tokens, job) => {
          if (!job.constraint) return tokens
          count += 1
          return count % 3 === 0 ? failAfter(tokens, 4, 'FSM failed to advance') : tokens
        },
      }
    },
  },
  {
    id: 'constraint-spoils-neighbour',
    says: 'a plain request beside a constrained one answers "!!!!"',
    family,
    source: 'https://github.com/vllm-project/vllm/pull/22896',
    dialects: BOTH,
    caughtBy: {
      'structured-outputs.keeps-constraints-apart':
        /beside constrained requests a free one says "!" \d+ times in a row/,
    },
    arm: () => {
      let constrained = 0
      return {
        tokens: async function* (tokens, job) {
          constrained += job.constraint ? 1 : 0
          try {
            for await (const token of tokens) {
              const spoiled = !job.constraint && constrained > 0 && !token.end
              yield spoiled ? { ...token, bytes: new TextEncoder().encode('!') } : token
            }
          } finally {
            constrained -= job.constraint ? 1 : 0
          }
        },
      }
    },
  },
  {
    id: 'constraints-fail-under-load',
    says: 'with eight or more in flight, constrained requests fail',
    family,
    source: 'https://github.com/vllm-project/tpu-inference/issues/1531',
    dialects: BOTH,
    caughtBy: { 'structured-outputs.keeps-constraints-apart': /of sixteen in parallel failed: .*HTTP 500/ },
    arm: (server) => ({
      job: (job) => {
        if (job.constraint && server.inFlight() >= 8)
          throw new Refusal(500, 'failed', 'Internal Server Error')
        return job
      },
    }),
  },
  {
    id: 'constraints-slow-under-load',
    says: 'constrained decoding is four times slower, only with eight or more in flight',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/49013',
    dialects: BOTH,
    caughtBy: {},
    needs:
      'a limit for the pace of constrained answers under load: four times a token of 2 ms breaks no promise of its own',
    arm: ({ clock, profile, ...server }) => ({
      tokens: async function* (tokens, job, signal) {
        for await (const token of tokens) {
          if (job.constraint && server.inFlight() >= 8) await clock.sleep(3 * profile.tokenMs, signal)
          yield token
        }
      },
    }),
  },
  {
    id: 'max-length-counts-bytes',
    says: 'maxLength counts bytes: characters beyond ASCII are lost from the end of a bounded answer',
    family,
    source: 'https://github.com/mlc-ai/xgrammar/pull/828',
    dialects: BOTH,
    caughtBy: {
      'structured-outputs.holds-or-refuses':
        /maxLength counted in characters, not bytes: the answer did not hold: .*fewer than/,
    },
    arm: () => ({
      tokens: (tokens, job) =>
        JSON.stringify(job.constraint ?? '').includes('maxLength') ? asciiOnly(tokens) : tokens,
    }),
  },
]

/** Tokens; fewer than any useful object has. */
const CUT_AT = 2

const isJson = (job: Job): boolean =>
  job.constraint?.kind === 'json-schema' || job.constraint?.kind === 'json-object'

const asksForJson = (body: unknown): boolean =>
  isObject(body) && (isObject(body['response_format']) || isObject(body['structured_outputs']))

function moveToReasoning(body: JsonObject): JsonObject {
  const choices = Array.isArray(body['choices']) ? body['choices'] : []
  return {
    ...body,
    choices: choices.map((choice) => {
      const message = isObject(choice['message']) ? choice['message'] : {}
      return { ...choice, message: { ...message, content: '', reasoning: message['content'] } }
    }),
  }
}

/** Ends after so many tokens and calls it `finish`; a text that is over before stays as it is. */
async function* endAfter(
  outputs: AsyncIterable<Output>,
  count: number,
  finish: 'stop' | 'error',
): AsyncGenerator<Output> {
  let seen = 0
  for await (const output of outputs) {
    seen += output.tokens
    if (seen >= count) return yield { ...output, finish }
    yield output
  }
}

/** Each token's first byte alone: the opening brace without what follows it. */
async function* firstByte(tokens: AsyncIterable<Token>): AsyncGenerator<Token> {
  for await (const token of tokens) yield { ...token, bytes: token.bytes.subarray(0, 1) }
}

/** The first tokens, or all of them, and then spaces without end: only the token limit stops it. */
async function* blanksAfter(tokens: AsyncIterable<Token>, good: number): AsyncGenerator<Token> {
  let count = 0
  for await (const token of tokens) {
    if (token.end || count++ >= good) break
    yield token
  }
  while (true) {
    // A breath for the event loop: nothing else here waits.
    await nextTurn()
    yield { bytes: new TextEncoder().encode(' '), end: false, logprob: -0.01 }
  }
}

async function* failAfter<T>(items: AsyncIterable<T>, good: number, message: string) {
  let count = 0
  for await (const item of items) {
    if (count++ === good) throw new Refusal(500, 'failed', message)
    yield item
  }
}

/** Without the bytes of characters beyond ASCII, and without the \\u escapes, which are four digits long. */
async function* asciiOnly(tokens: AsyncIterable<Token>): AsyncGenerator<Token> {
  let escaped = false
  let digits = 0
  const keep = (byte: number): readonly number[] => {
    if (digits > 0) {
      digits -= 1
      return []
    }
    if (escaped) {
      escaped = false
      if (byte === LETTER_U) digits = 4
      return byte === LETTER_U ? [] : [BACKSLASH, byte]
    }
    escaped = byte === BACKSLASH
    return escaped || byte >= 0x80 ? [] : [byte]
  }
  for await (const token of tokens) yield { ...token, bytes: Uint8Array.from([...token.bytes].flatMap(keep)) }
}

const BACKSLASH = 0x5c
const LETTER_U = 0x75
