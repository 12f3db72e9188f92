import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import type { Generation, Reply } from '../records/index.ts'
import { createClient } from './http-client.ts'
import { head, http, startRawServer } from './testing/raw-server.ts'

/** Answers of real engines, as `npm run record-streams` wrote them down. */
type Recording = {
  readonly request: { readonly path: string; readonly method?: string; readonly body?: unknown }
  readonly response: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }
}

const folder = join(import.meta.dirname, '../../fixtures/streams')

const recordings = (engine: string): Record<string, Recording> =>
  Object.fromEntries(
    globSync(join(folder, engine, '*.json')).map((file) => [
      basename(file, '.json'),
      JSON.parse(readFileSync(file, 'utf8')),
    ]),
  )

/** The bytes as uvicorn sent them: each event of a stream is a chunk of its own. */
function bytesOf({ status, headers, body }: Recording['response']): Buffer {
  const { 'transfer-encoding': framing, ...rest } = headers
  if (framing !== 'chunked') return http(status, body, rest)
  const chunks = body.split(/(?<=\n\n)/).map((event) => {
    const bytes = Buffer.from(event)
    return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
  })
  return Buffer.concat([head(status, headers), ...chunks, Buffer.from('0\r\n\r\n')])
}

async function replay({ request, response }: Recording): Promise<Generation | Reply> {
  await using server = await startRawServer((socket) => socket.end(bytesOf(response)))
  await using client = await createClient({ dialect: 'openai', baseUrl: server.url, model: 'tiny' })
  const route = { '/v1/completions': 'generate', '/v1/chat/completions': 'chat' }[request.path]
  if (request.method === 'GET' || (route !== 'generate' && route !== 'chat'))
    return await client.send({ path: request.path })
  const stream = Object(request.body).stream === true
  return await client.generate({ prompt: 'as recorded', maxTokens: 8, route, stream })
}

/** What the client made of it, without the exchange. */
function decoded(answer: Generation | Reply): object {
  const { sent, received, body, timing, ...rest } = answer
  if ('json' in rest) delete rest.json
  // What it says of itself has a test of its own.
  if ('identity' in rest) delete rest.identity
  return rest
}

const usage = ([promptTokens, completionTokens]: readonly [number, number]) => ({
  promptTokens,
  completionTokens,
  totalTokens: promptTokens + completionTokens,
})

const whole = (text: string, finishReason: string, tokens: readonly [number, number]) => ({
  ...{ outcome: 'completed', text, finishReason, usage: usage(tokens), reported: { model: 'tiny' } },
})

const streamed = (
  text: string,
  [events, contentEvents]: readonly [number, number],
  tokens?: readonly [number, number],
) => ({
  ...{ outcome: 'completed', text, finishReason: 'stop', reported: { model: 'tiny' } },
  ...(tokens && { usage: usage(tokens) }),
  stream: {
    ...{ events, contentEvents, finishReasons: 1, usageEvents: tokens ? 1 : 0, brokenDeltas: 0 },
    ...{ sawDone: true, eventsAfterDone: 0, sawErrorEvent: false },
  },
})

const cut = (stream: object) => ({ ...stream, finishReason: 'length' })

const escaped = (text: string): string => text.replaceAll(/[^\w\s]/g, '\\$&')

/** `begins`: the beginning of a message, the rest of which is the server's business. */
const error = (begins: string, type?: string, param?: string | null, code?: number) => ({
  message: expect.stringMatching(new RegExp(`^${escaped(begins)}`)),
  ...(type !== undefined && { type, param, code }),
})

const refused = (status: number, begins: string, type?: string, param?: string | null) => ({
  outcome: 'failed',
  failure: 'http-status',
  status,
  message: expect.stringMatching(new RegExp(`^HTTP ${status}: ${escaped(begins)}`)),
  error: error(begins, type, param, status),
})

/** Neither `[DONE]` nor HTTP 200 makes it an answer. */
const failedStream = (
  begins: string,
  type: string,
  code: number,
  texts: string | object,
  contentEvents: unknown,
) => ({
  outcome: 'failed',
  failure: 'service-error',
  status: 200,
  message: expect.stringMatching(new RegExp(`^${escaped(begins)}`)),
  error: error(begins, type, null, code),
  text: texts,
  stream: {
    ...{ events: expect.any(Number), contentEvents, finishReasons: 0, usageEvents: 0, brokenDeltas: 0 },
    ...{ sawDone: true, eventsAfterDone: 0, sawErrorEvent: true },
  },
})

const hello = whole('Hello, Paul!', 'stop', [3, 7])
const bad = 'BadRequestError'

/** What both versions answer. */
const BOTH = {
  completion: whole('"ab12-cd34"', 'stop', [12, 13]),
  'completion-cut': whole('The goat bleats in the brown', 'length', [5, 8]),
  'completion-stop': whole('1 2 3 4 ', 'stop', [5, 11]),
  'completion-logprobs': whole('Hello,', 'length', [3, 4]),
  'completion-streamed': streamed('Hello, Paul!', [8, 4]),
  'completion-streamed-usage': streamed('Hello, Paul!', [9, 4], [3, 7]),
  'completion-streamed-stop': streamed('1 2 3 4 ', [12, 8]),
  chat: whole('The capital of Italy is Rome.', 'stop', [11, 8]),
  'chat-logprobs': whole('The capital of', 'length', [11, 3]),
  'chat-streamed-usage': streamed('The capital of Italy is Rome.', [11, 7], [11, 8]),
  'path-unknown': refused(404, 'Not Found'),
  'method-wrong': refused(405, 'Method Not Allowed'),
  health: { outcome: 'completed', status: 200, text: '' },
  models: { outcome: 'completed', status: 200, text: expect.stringContaining('"id":"tiny"') },
  metrics: { outcome: 'completed', status: 200, text: expect.stringContaining('vllm:num_requests_running{') },
  tokenize: { outcome: 'completed', status: 200, text: expect.stringContaining('"tokens":[434,436,20]') },
}

const busy = {
  ...refused(503, 'The engine is currently busy', 'Service Unavailable', null),
  turnedAway: {},
}

const EXPECTED: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  'vllm-0.32.0': {
    ...BOTH,
    version: { outcome: 'completed', status: 200, text: '{"version":"0.32.0"}' },
    'completion-two': whole('Hello, Olga!', 'stop', [3, 14]),
    'completion-json': whole('{"name":": ","age":37}', 'stop', [11, 13]),
    'chat-json': whole('{"name":": ","age":34}', 'stop', [15, 13]),
    'chat-streamed': streamed('The capital of Italy is Rome.', [9, 6]),
    'completion-logprobs-top': whole('Hello,', 'length', [3, 4]),
    'completion-logprobs-by-id': whole('Hello,', 'length', [3, 4]),
    'completion-logprobs-streamed': cut(streamed('Hello,', [5, 2])),
    'completion-echo-logprobs': whole('Say hello.Hello', 'length', [3, 3]),
    'completion-echo-streamed': cut(streamed('Say hello.Hello', [4, 2])),
    'completion-prompt-logprobs': whole('Hello', 'length', [3, 3]),
    'completion-token-ids': whole('Hello', 'length', [3, 3]),
    'completion-stop-token': whole('', 'stop', [3, 1]),
    'completion-bias': whole('HelloHelloHello', 'length', [3, 3]),
    'bias-unknown-token': refused(400, 'token_id(s) [99999999999] in logit_bias', bad, 'logit_bias'),
    'bias-no-token': refused(400, 'logit_bias contains key(s) that cannot be', bad, 'logit_bias'),
    'allowed-tokens-none': refused(400, 'allowed_token_ids is not None and empty!', bad, 'allowed_token_ids'),
    'prompt-logprobs-streamed': refused(400, '`prompt_logprobs` are not available', bad, 'prompt_logprobs'),
    'completion-three-streamed': cut(streamed('Hello,', [14, 2], [3, 12])),
    'chat-logprobs-top': whole('The capital of', 'length', [11, 3]),
    'chat-logprobs-streamed': cut(streamed('The capital of', [5, 3])),
    'chat-prompt-logprobs': whole('The capital of', 'length', [11, 3]),
    'chat-two': whole('The capital of', 'length', [11, 6]),
    'top-logprobs-alone': refused(400, 'when using `top_logprobs`', bad, 'top_logprobs'),
    // The fields of old are ignored in silence.
    'legacy-guided-choice': hello,
    'legacy-guided-json': hello,
    'legacy-bad-guided-regex': hello,
    'bad-regex': refused(400, 'Grammar error: at 1(8): invalid regex "(unclosed"', bad, null),
    'bad-regex-streamed': failedStream('Grammar error: at 1(8): invalid regex', bad, 400, '', 0),
    'bad-schema': refused(400, 'Grammar error: Invalid type: strnig', bad, null),
    'two-constraints': refused(400, 'You can only use one kind of constraints', bad, 'structured_outputs'),
    'schema-absent': refused(400, "When response_format type is 'json_schema'", bad, 'response_format'),
    'queue-full': busy,
    'queue-full-streamed': busy,
    // The same request, noticed after the head was sent.
    'queue-full-streamed-late': {
      ...failedStream('The engine is currently busy', 'Service Unavailable', 503, '', 0),
      turnedAway: {},
    },
    'queue-full-chat-streamed': busy,
    // What had come before is kept beside the failure.
    'engine-killed-streamed': failedStream(
      'EngineCore encountered an issue.',
      'InternalServerError',
      500,
      '',
      0,
    ),
    'temperature-negative': refused(400, 'temperature must be non-negative, got -1.0.', bad, 'temperature'),
    'temperature-negative-streamed': refused(400, 'temperature must be non-negative', bad, 'temperature'),
    'max-tokens-word': refused(400, '1 validation error:', 'Bad Request', 'body.max_tokens'),
    'max-tokens-beyond-context': refused(400, 'max_tokens=2000 cannot be greater', bad, 'max_tokens'),
    'prompt-missing': refused(400, 'Either prompt or prompt_embeds must be provided', bad, 'prompt'),
    'prompt-empty': refused(400, 'Either prompt or prompt_embeds must be provided', bad, 'prompt'),
    'prompt-beyond-context': refused(400, "This model's maximum context length is 1024", bad, 'input_tokens'),
    'stream-options-without-stream': refused(
      400,
      'Stream options can only be defined',
      bad,
      'stream_options',
    ),
    'model-unknown': refused(404, 'The model `no-such-model` does not exist.', 'NotFoundError', 'model'),
    'messages-missing': refused(400, '1 validation error:', 'Bad Request', 'body.messages'),
    'broken-json': refused(400, '1 validation error:', 'Bad Request', 'body.25'),
    'content-type-wrong': refused(400, '1 validation error:\n  Unsupported Media Type', 'Bad Request', null),
  },
  'vllm-0.8.5': {
    ...BOTH,
    version: { outcome: 'completed', status: 200, text: '{"version":"0.8.5"}' },
    'completion-two': whole('Hello, Jonas!', 'stop', [3, 14]),
    // On this route, response_format is dropped in silence: the schema has no city.
    'completion-json': whole('{"name": "Sven", "age": 39, "city": "Oslo"}', 'stop', [11, 22]),
    'chat-json': whole(`{"name": "Sven", "age": 39${' '.repeat(84)}`, 'length', [15, 96]),
    'chat-streamed': streamed('The capital of Italy is Rome.', [10, 7]),
    'legacy-guided-choice': whole('right', 'stop', [3, 4]),
    'legacy-guided-json': whole(`{"name": "Sven", "age": 59${' '.repeat(84)}`, 'length', [3, 96]),
    'legacy-bad-guided-regex': whole('', 'stop', [3, 1]),
    // The field of today is not known yet.
    'bad-regex': hello,
    'bad-regex-streamed': streamed('Hello, Paul!', [8, 4]),
    'bad-schema': hello,
    'two-constraints': hello,
    'schema-absent': hello,
    'temperature-negative': refused(400, 'temperature must be non-negative, got -1.0.', bad, null),
    'temperature-negative-streamed': refused(400, 'temperature must be non-negative', bad, null),
    'max-tokens-word': refused(400, '1 validation error:', bad, null),
    'max-tokens-beyond-context': refused(400, "This model's maximum context length is 1024", bad, null),
    'prompt-missing': refused(400, '1 validation error:', bad, null),
    'prompt-empty': refused(400, 'The decoder prompt cannot be empty', bad, null),
    'prompt-beyond-context': refused(400, "This model's maximum context length is 1024", bad, null),
    'stream-options-without-stream': refused(400, '1 validation error:', bad, null),
    'model-unknown': refused(404, 'The model `no-such-model` does not exist.', 'NotFoundError', null),
    'messages-missing': refused(400, '1 validation error:', bad, null),
    'broken-json': refused(400, '1 validation error:', bad, null),
    'content-type-wrong': refused(415, 'Unsupported Media Type'),
  },
}

for (const [engine, expected] of Object.entries(EXPECTED)) {
  const recorded = recordings(engine)
  test(`every recording of ${engine} is expected, and every expectation recorded`, () => {
    expect(Object.keys(recorded).toSorted()).toEqual(Object.keys(expected).toSorted())
  })
  test.each(Object.entries(recorded))(`${engine} is understood: %s`, async (name, recording) => {
    expect(decoded(await replay(recording))).toEqual(expected[name])
  })
}

test.each(['vllm-0.32.0', 'vllm-0.8.5'])(
  'each recorded answer of %s is one answer, of one model',
  async (engine) => {
    for (const [name, recording] of Object.entries(recordings(engine))) {
      const answer = await replay(recording)
      if (!('identity' in answer)) continue
      const { ids, models, created, objects } = answer.identity ?? {}
      expect(
        [ids, models, created, objects].map((values) => values?.length),
        name,
      ).toEqual([1, 1, 1, 1])
    }
  },
)
