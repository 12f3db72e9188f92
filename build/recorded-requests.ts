/** One request of those that are recorded: a body that is text is sent as it is, anything else as JSON. */
export type RecordedRequest = {
  readonly method?: 'GET' | 'POST'
  readonly path: string
  readonly body?: unknown
  readonly contentType?: string
}

const person = {
  type: 'object',
  properties: {
    name: { type: 'string', maxLength: 12 },
    age: { type: 'integer', minimum: 0, maximum: 120 },
  },
  required: ['name', 'age'],
  additionalProperties: false,
}

const complete = (fields: object): RecordedRequest => ({
  path: '/v1/completions',
  body: { model: 'tiny', prompt: 'Say hello.', max_tokens: 8, temperature: 0, ...fields },
})

const chat = (fields: object): RecordedRequest => ({
  path: '/v1/chat/completions',
  body: {
    model: 'tiny',
    messages: [{ role: 'user', content: 'What is the capital of Italy?' }],
    max_tokens: 16,
    temperature: 0,
    ...fields,
  },
})

const withUsage = { stream: true, stream_options: { include_usage: true } }
const asJson = { type: 'json_schema', json_schema: { name: 'person', schema: person } }
const count = { prompt: 'Count to 9.', max_tokens: 40, stop: ['5'] }

/** By name; each is sent to a calm engine, one after the other. */
export const RECORDED_REQUESTS: Readonly<Record<string, RecordedRequest>> = {
  completion: complete({ prompt: 'Repeat: "ab12-cd34"', max_tokens: 24 }),
  'completion-cut': complete({ prompt: 'Tell me a story.' }),
  'completion-stop': complete(count),
  'completion-logprobs': complete({ max_tokens: 4, logprobs: 1 }),
  'completion-logprobs-top': complete({ max_tokens: 4, logprobs: 3 }),
  'completion-logprobs-streamed': complete({ max_tokens: 4, logprobs: 2, stream: true }),
  'completion-logprobs-by-id': complete({ max_tokens: 4, logprobs: 2, return_tokens_as_token_ids: true }),
  'completion-echo-logprobs': complete({ max_tokens: 3, logprobs: 1, echo: true }),
  'completion-echo-streamed': complete({ max_tokens: 3, logprobs: 1, echo: true, stream: true }),
  'completion-prompt-logprobs': complete({ max_tokens: 3, prompt_logprobs: 1 }),
  'completion-token-ids': complete({ max_tokens: 3, return_token_ids: true }),
  'completion-stop-token': complete({ allowed_token_ids: [451], stop_token_ids: [451] }),
  'completion-bias': complete({ max_tokens: 3, logit_bias: { 451: 100 }, logprobs: 1 }),
  'bias-unknown-token': complete({ logit_bias: { 99999999999: -100 } }),
  'bias-no-token': complete({ logit_bias: { hello: -100 } }),
  'allowed-tokens-none': complete({ allowed_token_ids: [] }),
  'prompt-logprobs-streamed': complete({ prompt_logprobs: 1, stream: true }),
  'completion-three-streamed': complete({ n: 3, temperature: 1, seed: 7, max_tokens: 4, ...withUsage }),
  'completion-two': complete({ n: 2, temperature: 1, seed: 7 }),
  'completion-json': complete({
    prompt: 'Give Rosa, 31, Oslo as JSON.',
    max_tokens: 96,
    response_format: asJson,
  }),
  'completion-streamed': complete({ stream: true }),
  'completion-streamed-usage': complete(withUsage),
  'completion-streamed-stop': complete({ ...count, stream: true }),
  chat: chat({}),
  'chat-logprobs': chat({ max_tokens: 3, logprobs: true, top_logprobs: 1 }),
  'chat-logprobs-top': chat({ max_tokens: 3, logprobs: true, top_logprobs: 3 }),
  'chat-logprobs-streamed': chat({ max_tokens: 3, logprobs: true, top_logprobs: 1, stream: true }),
  'chat-prompt-logprobs': chat({ max_tokens: 3, prompt_logprobs: 1 }),
  'chat-two': chat({ max_tokens: 3, n: 2, temperature: 1, seed: 7 }),
  'top-logprobs-alone': chat({ top_logprobs: 1 }),
  'chat-json': chat({
    messages: [{ role: 'user', content: 'Give Rosa, 31, Oslo as JSON.' }],
    max_tokens: 96,
    response_format: asJson,
  }),
  'chat-streamed': chat({ stream: true }),
  'chat-streamed-usage': chat(withUsage),
  'legacy-guided-choice': complete({ guided_choice: ['left', 'right'] }),
  'legacy-guided-json': complete({ guided_json: person, max_tokens: 96 }),
  'legacy-bad-guided-regex': complete({ guided_regex: '(unclosed' }),
  'bad-regex': complete({ structured_outputs: { regex: '(unclosed' } }),
  'bad-regex-streamed': complete({ structured_outputs: { regex: '(unclosed' }, stream: true }),
  'bad-schema': complete({ structured_outputs: { json: { type: 'strnig' } } }),
  'two-constraints': complete({ structured_outputs: { regex: 'a', choice: ['b'] } }),
  'schema-absent': complete({ response_format: { type: 'json_schema' } }),
  'temperature-negative': complete({ temperature: -1 }),
  'temperature-negative-streamed': complete({ temperature: -1, stream: true }),
  'max-tokens-word': complete({ max_tokens: 'ten' }),
  'max-tokens-beyond-context': complete({ max_tokens: 2_000 }),
  'prompt-missing': complete({ prompt: undefined }),
  'prompt-empty': complete({ prompt: '' }),
  // Just above the context in tokens; far above it, the characters are counted instead.
  'prompt-beyond-context': complete({ prompt: 'qzxj'.repeat(1_500) }),
  'stream-options-without-stream': complete({ stream_options: { include_usage: true } }),
  'model-unknown': complete({ model: 'no-such-model' }),
  'messages-missing': chat({ messages: undefined }),
  'broken-json': { path: '/v1/completions', body: '{"model":"tiny","prompt":' },
  'content-type-wrong': { path: '/v1/completions', body: '{"prompt":"x"}', contentType: 'text/plain' },
  'path-unknown': { method: 'GET', path: '/v1/no-such-path' },
  'method-wrong': { method: 'GET', path: '/v1/completions' },
  tokenize: { path: '/tokenize', body: { model: 'tiny', prompt: 'Say hello.' } },
  health: { method: 'GET', path: '/health' },
  version: { method: 'GET', path: '/version' },
  models: { method: 'GET', path: '/v1/models' },
  metrics: { method: 'GET', path: '/metrics' },
}
