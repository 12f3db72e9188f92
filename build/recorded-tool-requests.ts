import type { RecordedRequest } from './recorded-requests.ts'

const weather = {
  name: 'get_weather',
  description: 'The weather of a city',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string', enum: ['Rome', 'Oslo'] } },
    required: ['city'],
    additionalProperties: false,
  },
}
const time = {
  name: 'get_time',
  parameters: {
    type: 'object',
    properties: { zone: { type: 'string', enum: ['UTC', 'CET'] } },
    required: ['zone'],
    additionalProperties: false,
  },
}
/** Of a tool that is not strict the engine holds the name alone: what a tiny model writes inside may never end. */
const strict = true
const tools = [
  { type: 'function', function: { ...weather, strict } },
  { type: 'function', function: { ...time, strict } },
]

const question = { role: 'user', content: 'What is the capital of Italy?' }
const chat = (fields: object): RecordedRequest => ({
  path: '/v1/chat/completions',
  body: { model: 'tiny', messages: [question], max_tokens: 120, temperature: 0, ...fields },
})
const stream = { stream: true }
const streamWithUsage = { stream: true, stream_options: { include_usage: true } }
const one = { parallel_tool_calls: false }
/** Blanks of the tiny model's tokenizer: where the grammar lets it choose, it would write nothing else until it is cut. */
const compact = { logit_bias: { 204: -100, 205: -100, 227: -100 } }
const named = { tool_choice: { type: 'function', function: { name: 'get_time' } } }

/** What the model would have to think of by itself: the tiny one is made to say it. */
const call = (name: string, args: object) =>
  `<tool_call>\n${JSON.stringify({ name, arguments: args })}\n</tool_call>`
const saying = (text: string) => ({
  tools: tools.map(({ type, function: { strict: _, ...rest } }) => ({ type, function: rest })),
  structured_outputs: { choice: [text] },
})
const weatherCall = saying(call('get_weather', { city: 'Rome' }))
const twoCalls = saying(`${call('get_weather', { city: 'Rome' })}\n${call('get_time', { zone: 'CET' })}`)
const textAndCall = saying(`Let me look. ${call('get_weather', { city: 'Rome' })}`)

const history = [
  question,
  {
    role: 'assistant',
    content: null,
    tool_calls: [
      { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{"city": "Rome"}' } },
    ],
  },
  { role: 'tool', tool_call_id: 'call_1', content: 'sunny' },
]

const respond = (fields: object): RecordedRequest => ({
  path: '/v1/responses',
  body: {
    model: 'tiny',
    input: 'What is the capital of Italy?',
    max_output_tokens: 120,
    temperature: 0,
    ...fields,
  },
})
const flat = tools.map(({ type, function: inner }) => ({ type, ...inner }))
const free = flat.map(({ strict: _, ...tool }) => tool)
const cut = { input: 'Tell me a story.', max_output_tokens: 4 }
const format = { type: 'json_schema', name: 'time', schema: time.parameters, strict }
const flatNamed = { tools: flat, tool_choice: { type: 'function', name: 'get_time' } }

/** Tools and `/v1/responses`, by name: sent to an engine that has a tool parser and decodes with xgrammar. */
export const RECORDED_TOOL_REQUESTS: Readonly<Record<string, RecordedRequest>> = {
  'auto-text': chat({ tools }),
  'auto-text-streamed': chat({ tools, tool_choice: 'auto', ...stream }),
  'auto-call': chat(weatherCall),
  'auto-call-streamed': chat({ ...weatherCall, ...streamWithUsage }),
  'auto-two-calls': chat(twoCalls),
  'auto-two-calls-streamed': chat({ ...twoCalls, ...stream }),
  'auto-two-calls-not-parallel': chat({ ...twoCalls, ...one }),
  'auto-text-and-call': chat(textAndCall),
  'auto-text-and-call-streamed': chat({ ...textAndCall, ...stream }),
  'auto-call-cut': chat({ ...weatherCall, max_tokens: 4 }),
  'auto-call-cut-streamed': chat({ ...weatherCall, max_tokens: 4, ...stream }),
  none: chat({ tools, tool_choice: 'none' }),
  'none-streamed': chat({ tools, tool_choice: 'none', ...stream }),
  required: chat({ tools, tool_choice: 'required', ...one, ...compact }),
  'required-streamed': chat({ tools, tool_choice: 'required', ...one, ...compact, ...stream }),
  'required-cut': chat({ tools, tool_choice: 'required', max_tokens: 4 }),
  named: chat({ tools, ...named, ...compact }),
  'named-streamed': chat({ tools, ...named, ...compact, ...stream }),
  'named-cut': chat({ tools, ...named, max_tokens: 4 }),
  'named-logprobs-streamed': chat({
    tools,
    ...named,
    ...compact,
    ...stream,
    logprobs: true,
    top_logprobs: 1,
  }),
  'required-beside-a-format': chat({
    tools,
    tool_choice: 'required',
    ...one,
    ...compact,
    response_format: { type: 'json_object' },
  }),
  'history-of-tools': chat({ tools, messages: history, max_tokens: 8 }),
  'content-parts': chat({ messages: [{ role: 'user', content: [{ type: 'text', text: 'Say hello.' }] }] }),
  'developer-role': chat({ messages: [{ role: 'developer', content: 'Be short.' }, question] }),
  'optional-fields-null': chat({
    tools: null,
    tool_choice: null,
    stop: null,
    seed: null,
    n: null,
    stream: null,
    max_completion_tokens: null,
    response_format: null,
    parallel_tool_calls: null,
    stream_options: null,
    logprobs: null,
    top_p: null,
  }),
  'both-token-caps': chat({ max_completion_tokens: 2, max_tokens: 5 }),
  'tool-unknown': chat({ tools, tool_choice: { type: 'function', function: { name: 'no_such_tool' } } }),
  'choice-without-tools': chat({ tool_choice: 'auto' }),
  'choice-of-no-kind': chat({ tools, tool_choice: 'sometimes' }),
  'choice-without-function': chat({ tools, tool_choice: { type: 'function', name: 'get_time' } }),
  'tools-empty': chat({ tools: [] }),
  'tools-no-list': chat({ tools: 'get_time' }),
  'tool-without-name': chat({ tools: [{ type: 'function', function: {} }] }),
  'tool-without-function': chat({ tools: [{ type: 'function' }] }),
  'tool-of-no-kind': chat({ tools: [{ type: 'retrieval', function: { name: 'x' } }] }),
  'tool-with-bad-parameters': chat({
    tools: [{ type: 'function', function: { name: 'x', strict, parameters: { type: 'strnig' } } }],
    tool_choice: 'required',
  }),
  'named-beside-a-constraint': chat({ tools, ...named, structured_outputs: { regex: 'a+' } }),
  response: respond({}),
  'response-streamed': respond(stream),
  'response-cut': respond(cut),
  'response-cut-streamed': respond({ ...cut, ...stream }),
  'response-of-items': respond({
    input: [question],
    instructions: 'Be short.',
    metadata: { a: 'b' },
    user: 'x',
  }),
  'response-of-parts': respond({
    input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Say hello.' }] }],
  }),
  'response-json': respond({ text: { format } }),
  'response-json-streamed': respond({ text: { format }, ...stream }),
  'response-with-text-format': respond({ text: { format: { type: 'text' } } }),
  'response-logprobs': respond({
    include: ['message.output_text.logprobs'],
    top_logprobs: 1,
    max_output_tokens: 2,
  }),
  'response-reasoning': respond({ reasoning: { effort: 'low' } }),
  'response-tools-text': respond({ tools: flat }),
  'response-tools-text-streamed': respond({ tools: flat, ...stream }),
  'response-required': respond({ tools: flat, tool_choice: 'required', ...one, ...compact }),
  'response-required-streamed': respond({
    tools: flat,
    tool_choice: 'required',
    ...one,
    ...compact,
    ...stream,
  }),
  'response-named': respond({ ...flatNamed, ...compact }),
  'response-named-streamed': respond({ ...flatNamed, ...compact, ...stream }),
  'response-named-cut': respond({ ...flatNamed, max_output_tokens: 4 }),
  'response-named-cut-streamed': respond({ ...flatNamed, max_output_tokens: 4, ...stream }),
  'response-two-calls': respond({ ...twoCalls, tools: free }),
  'response-two-calls-streamed': respond({ ...twoCalls, tools: free, ...stream }),
  'response-text-and-call': respond({ ...textAndCall, tools: free }),
  'response-text-and-call-streamed': respond({ ...textAndCall, tools: free, ...stream }),
  'response-after-a-call': respond({
    input: [
      question,
      { type: 'function_call', call_id: 'call_1', name: 'get_weather', arguments: '{"city": "Rome"}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'sunny' },
    ],
    tools: flat,
    max_output_tokens: 8,
  }),
  'response-stored': respond({ store: true }),
  'response-before-unknown': respond({ previous_response_id: 'resp_unknown' }),
  'response-in-background': respond({ background: true }),
  'response-unknown': { method: 'GET', path: '/v1/responses/resp_unknown' },
  'response-cancelled-unknown': { path: '/v1/responses/resp_unknown/cancel', body: {} },
  'response-input-missing': respond({ input: undefined }),
  'response-input-number': respond({ input: 7 }),
  'response-input-empty-list': respond({ input: [] }),
  'response-input-of-no-role': respond({ input: [{ role: 'wizard', content: 'x' }] }),
  'response-model-unknown': respond({ model: 'no-such-model' }),
  'response-temperature-negative': respond({ temperature: -1 }),
  'response-max-tokens-beyond-context': respond({ max_output_tokens: 2_000 }),
  'response-max-tokens-zero': respond({ max_output_tokens: 0 }),
  'response-bad-schema': respond({ text: { format: { ...format, schema: { type: 'strnig' } } } }),
  'response-choice-without-tools': respond({ tool_choice: 'required' }),
  'response-tool-unknown': respond({ tools: flat, tool_choice: { type: 'function', name: 'no_such_tool' } }),
  'response-tool-without-name': respond({ tools: [{ type: 'function', parameters: {} }] }),
}
