import { isObject } from '../fields.ts'
import type { Asked, Hooks } from '../hooks.ts'
import { json, type Reply, text } from '../http.ts'
import { Refusal } from '../refusal.ts'
import { BOTH, type Fault, OPENAI } from './fault.ts'
import { type JsonObject, patchJson } from './patch.ts'

const family = 'answers'

/** What a service answers to what it refuses: its shape, its size, and what must not stand in it. */
export const refusalFaults: readonly Fault[] = [
  {
    id: 'error-flat-on-chat',
    says: 'on chat an error is a flat object, without `error` around it',
    family,
    source: 'https://github.com/ModelTC/LightLLM/pull/1259',
    dialects: OPENAI,
    caughtBy: { 'errors.keeps-its-envelope': /on chat: HTTP 400 with .*temperature.* neither `error` nor/ },
    arm: () => ({
      refused: (reply, { message }, { path }) =>
        path === CHAT ? json(reply.status, { code: reply.status, message }) : reply,
    }),
  },
  {
    id: 'error-is-a-page',
    says: 'the application itself refuses with a page of HTML',
    family,
    source: 'https://github.com/UKGovernmentBEIS/inspect_ai/pull/3687',
    dialects: OPENAI,
    caughtBy: { 'errors.keeps-its-envelope': /HTTP 400 with "<!doctype html>.* is no JSON/ },
    arm: () => ({
      refused: ({ status }, { message }) =>
        text(status, `<!doctype html><title>Error</title><pre>${message}</pre>`, 'text/html; charset=utf-8'),
    }),
  },
  {
    id: 'error-is-plain-text',
    says: 'an error is a line of text on completions',
    family,
    source: 'https://github.com/llm-d/llm-d-inference-sim/issues/482',
    dialects: OPENAI,
    caughtBy: { 'errors.keeps-its-envelope': /temperature -1 on completions: HTTP 400 with .* is no JSON/ },
    arm: () => ({
      refused: (reply, { message }, { path }) => (path === COMPLETIONS ? text(reply.status, message) : reply),
    }),
  },
  {
    id: 'error-without-body',
    says: 'an error is a status and nothing else',
    family,
    source: 'https://github.com/cline/cline/issues/396',
    dialects: OPENAI,
    caughtBy: { 'errors.keeps-its-envelope': /HTTP 400 with an empty body/ },
    arm: () => ({ refused: (reply) => ({ ...reply, body: '' }) }),
  },
  {
    id: 'error-called-html',
    says: 'the JSON of an error is called text/html',
    family,
    source: 'https://github.com/llm-d/llm-d-inference-sim/issues/482',
    dialects: OPENAI,
    caughtBy: { 'errors.keeps-its-envelope': /JSON that is called text\/html/ },
    arm: () => ({ refused: (reply) => ({ ...reply, headers: { 'content-type': 'text/html' } }) }),
  },
  {
    id: 'error-message-empty',
    says: 'the message of an error is empty',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/35438',
    dialects: OPENAI,
    caughtBy: { 'errors.keeps-its-envelope': /`message` is empty/ },
    arm: () => onError(() => ({ message: '' })),
  },
  {
    id: 'error-message-object',
    says: 'the message of an error is an object',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/12886',
    dialects: OPENAI,
    caughtBy: { 'errors.keeps-its-envelope': /`message` is \{"text":.*, not a text/ },
    arm: () => onError(({ message }) => ({ message: { text: message } })),
  },
  {
    id: 'error-names-nothing',
    says: 'each refusal has the same words, whatever is wrong',
    family,
    source: 'https://github.com/linagora/openrag/issues/197',
    dialects: OPENAI,
    caughtBy: { 'errors.names-the-field': /does not name temperature: "The request could not be processed/ },
    arm: () => onError(() => ({ message: 'The request could not be processed.', param: null })),
  },
  {
    id: 'error-code-of-another',
    says: 'the code in the body of a 400 is 500',
    family,
    source: 'https://github.com/ai-dynamo/frontend-crates/issues/208',
    dialects: OPENAI,
    caughtBy: { 'errors.keeps-its-envelope': /its code is 500, its status 400/ },
    arm: () => onError(({ code }) => ({ code: code === 400 ? 500 : code })),
  },
  {
    id: 'error-fields-of-other-types',
    says: 'type is a number and param a list',
    family,
    source: 'https://github.com/ai-dynamo/frontend-crates/issues/208',
    dialects: OPENAI,
    caughtBy: { 'errors.keeps-its-envelope': /`type` is 400, not a text/ },
    arm: () => onError(({ code, param }) => ({ type: code, param: ['body', param] })),
  },
  {
    id: 'error-is-200',
    says: 'a refusal is HTTP 200 with the error as its body',
    family,
    source: 'https://github.com/runpod-workers/worker-vllm/issues/57',
    dialects: BOTH,
    caughtBy: {
      'errors.keeps-its-envelope': /an error is HTTP 200: .*temperature/,
      'errors.broken-json': /not refused as a bad request: .*HTTP 200.*JSON decode error/,
      'errors.bad-parameters': /temperature -1.*: not refused as a bad request: [\w-]+ \(HTTP 200\)/,
    },
    arm: () => ({ refused: (reply) => ({ ...reply, status: 200 }) }),
  },
  {
    id: 'tokenize-error-is-200',
    says: 'what /tokenize refuses is HTTP 200 with the error as its body',
    family,
    source: 'https://github.com/runpod-workers/worker-vllm/issues/57',
    dialects: OPENAI,
    caughtBy: { 'errors.keeps-its-envelope': /a number to tokenize: an error is HTTP 200: .*prompt/ },
    arm: () => ({
      refused: (reply, _, { path }) => (path === '/tokenize' ? { ...reply, status: 200 } : reply),
    }),
  },
  {
    id: 'streamed-error-bare',
    says: 'a streamed request is refused with 200, text/event-stream and the bare error, without `data:`',
    family,
    source: 'https://github.com/lemonade-sdk/lemonade/issues/2826',
    dialects: OPENAI,
    caughtBy: { 'errors.keeps-its-envelope': /streamed on .*: an error is HTTP 200: .*temperature/ },
    arm: () => ({
      refused: (reply, _, asked) =>
        isStreamed(asked) ? { ...reply, status: 200, headers: EVENT_STREAM } : reply,
    }),
  },
  {
    id: 'streamed-error-text',
    says: 'the error event of a refused stream is a text, not an error object',
    family,
    source: 'https://github.com/ai-dynamo/frontend-crates/issues/208',
    dialects: OPENAI,
    caughtBy: { 'errors.keeps-its-envelope': /streamed on .*: HTTP 200 with .*: `message` is empty/ },
    arm: () => ({
      refused: (reply, { message, status }, asked) =>
        isStreamed(asked)
          ? {
              ...{ status: 200, headers: EVENT_STREAM },
              body: `data: ${JSON.stringify({ error: { message: '', code: status }, said: message })}\n\ndata: [DONE]\n\n`,
            }
          : reply,
    }),
  },
  {
    id: 'error-echoes-request',
    says: 'the message of an error holds the whole request',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/49239',
    dialects: BOTH,
    caughtBy: { 'errors.stays-short': /the error has 1\d{5} bytes, more than 16384: .*input/ },
    arm: () => ({
      refusal: ({ status, kind, message, param }, { body }) =>
        new Refusal(status, kind, `${message}; input: ${JSON.stringify(body)}`, param),
    }),
  },
  {
    id: 'error-grows-with-parts',
    says: 'the error says of each part of a bad prompt all of the prompt',
    family,
    source: 'https://github.com/vllm-project/vllm/pull/54684',
    dialects: OPENAI,
    caughtBy: { 'errors.stays-short': /200 bad parts on .*: the error has \d{6,} bytes/ },
    arm: () => ({
      refusal: ({ status, kind, message, param }, { body }) =>
        new Refusal(
          status,
          kind,
          message +
            partsOf(body)
              .map(() => JSON.stringify(body))
              .join('\n'),
          param,
        ),
    }),
  },
  {
    id: 'key-in-error',
    says: 'an error holds the headers of its request, the key among them',
    family,
    source: 'https://github.com/BerriAI/litellm/issues/18731',
    dialects: BOTH,
    caughtBy: {
      'errors.keeps-secrets': /another key\b.*: the answer holds the key that was sent: .*authorization/,
    },
    arm: () => ({
      refusal: ({ status, kind, message, param }, { headers }) =>
        new Refusal(status, kind, `${message} (headers: ${JSON.stringify(headers)})`, param),
    }),
  },
  {
    id: 'traceback-on-chat',
    says: 'on chat alone an error holds the frames of a Rust backtrace',
    family,
    source: 'https://github.com/guoqingbao/xinfer/issues/76',
    dialects: OPENAI,
    caughtBy: { 'errors.no-traceback': /on chat: the answer holds "0: candle_core::error/ },
    arm: () => ({
      refusal: (refusal, { path }) =>
        path === CHAT
          ? new Refusal(refusal.status, refusal.kind, `${refusal.message}\n${FRAMES}`, refusal.param)
          : refusal,
    }),
  },
  {
    id: 'unknown-model-500',
    says: 'an unknown model is a 500',
    family,
    source: 'https://github.com/open-webui/open-webui/issues/12546',
    dialects: OPENAI,
    caughtBy: { 'errors.unknown-model': /an unknown model on chat: not refused .*HTTP 500/ },
    arm: () => ({
      refusal: (refusal) =>
        refusal.kind === 'not-found' ? new Refusal(500, 'failed', 'Internal Server Error') : refusal,
    }),
  },
]

const COMPLETIONS = '/v1/completions'
const CHAT = '/v1/chat/completions'
const EVENT_STREAM = { 'content-type': 'text/event-stream; charset=utf-8' }

const FRAMES = `   0: candle_core::error::Error::bt
   1: vllm_rs::core::engine::LLMEngine::add_request
   2: vllm_rs::server::server::chat_completion::{{closure}}`

const isStreamed = ({ body }: Asked): boolean => isObject(body) && body['stream'] === true

/** Every error object with some of its fields changed. */
const onError = (change: (error: JsonObject) => JsonObject): Pick<Hooks, 'refused'> => ({
  refused: (reply: Reply) =>
    patchJson(reply, (body) =>
      isObject(body['error']) ? { ...body, error: { ...body['error'], ...change(body['error']) } } : body,
    ),
})

function partsOf(body: unknown): readonly unknown[] {
  const said = isObject(body) ? (body['messages'] ?? body['prompt']) : undefined
  return Array.isArray(said) ? said : []
}
