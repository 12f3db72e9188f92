import { isObject } from '../fields.ts'
import { Refusal } from '../refusal.ts'
import { type Fault, OPENAI } from './fault.ts'
import type { JsonObject } from './patch.ts'
import { patchBody, patchReply, patchResponse, patchStreamed, RESPONSES } from './patch-calls.ts'

const family = 'responses'

/** `/v1/responses`. */
export const responseFaults: readonly Fault[] = [
  {
    id: 'responses-length-says-completed',
    says: 'a response that its cap cut says that it is completed',
    family,
    source: 'https://github.com/jundot/omlx/pull/2817',
    dialects: OPENAI,
    caughtBy: {
      'responses.says-incomplete':
        /cut after 16 of 16 tokens .*yet its status is "completed", not "incomplete"/,
    },
    arm: () =>
      eachResponse((response) => ({ ...response, status: doneOf(response), incomplete_details: null })),
  },
  {
    id: 'responses-incomplete-without-reason',
    says: 'a response that its cap cut does not say why it is incomplete',
    family,
    source: 'https://github.com/vllm-project/vllm/pull/24561',
    dialects: OPENAI,
    caughtBy: {
      'responses.says-incomplete':
        /incomplete after 16 of 16 tokens, and its incomplete_details\.reason is absent, not "max_output_tokens"/,
    },
    arm: () => eachResponse((response) => ({ ...response, incomplete_details: null })),
  },
  {
    id: 'responses-cap-ignored',
    says: 'max_output_tokens has no effect',
    family,
    source: 'https://github.com/ogx-ai/ogx/pull/3699',
    dialects: OPENAI,
    caughtBy: { 'responses.says-incomplete': /max_output_tokens is 16, and the response has \d+ tokens/ },
    arm: () => patchBody(RESPONSES, (body) => ({ ...body, max_output_tokens: 64 })),
  },
  {
    id: 'responses-usage-zero',
    says: 'all token counts of a response are 0',
    family,
    source: 'https://github.com/sgl-project/sglang/pull/20321',
    dialects: OPENAI,
    caughtBy: { 'responses.answers': /the usage counts 0 input tokens/ },
    arm: () =>
      eachResponse((response) =>
        response['usage']
          ? { ...response, usage: { input_tokens: 0, output_tokens: 0, total_tokens: 0 } }
          : response,
      ),
  },
  {
    id: 'responses-without-items',
    says: 'a completed response holds no item',
    family,
    source: 'https://github.com/james-6-23/codex2api/issues/125',
    dialects: OPENAI,
    caughtBy: {
      'responses.answers':
        /the response has no item, yet its usage counts \d+ output tokens|its items \(none\) hold no text/,
    },
    arm: () => patchReply(RESPONSES, (response) => ({ ...response, output: [] })),
  },
  {
    id: 'responses-format-ignored',
    says: 'text.format has no effect on a response',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/44012',
    dialects: OPENAI,
    caughtBy: {
      'responses.keeps-format': /text\.format: the schema is not kept: no .* at character \d+/,
    },
    arm: () => patchBody(RESPONSES, ({ text: _, ...body }) => body),
  },
  {
    id: 'responses-instructions-dropped',
    says: 'the instructions of a request for a response are not read',
    family,
    source: 'https://github.com/Layr-Labs/d-inference/issues/731',
    dialects: OPENAI,
    caughtBy: { 'responses.reads-its-input': /instructions of 20 words add 0 input tokens/ },
    arm: () => patchBody(RESPONSES, ({ instructions: _, ...body }) => body),
  },
  {
    id: 'responses-parts-dropped',
    says: 'an input of parts is read as empty',
    family,
    source: 'https://github.com/sgl-project/sglang/issues/17853',
    dialects: OPENAI,
    caughtBy: {
      'responses.reads-its-input': /parts of a message: \d+ input tokens, where the same as a text has \d+/,
    },
    arm: () => patchBody(RESPONSES, withoutParts),
  },
  {
    id: 'responses-tools-ignored',
    says: 'a request for a response takes tools and a choice among them, and answers in words',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/49712',
    dialects: OPENAI,
    caughtBy: {
      'responses.calls-tools':
        /no function_call among the items \(.*message\), where add_item_\w+ had to be called/,
    },
    arm: () => patchBody(RESPONSES, ({ tools: _, tool_choice: __, ...body }) => body),
  },
  {
    id: 'responses-choice-loses-its-name',
    says: 'a choice that names a tool is taken for "required": another may be called',
    family,
    source: 'https://github.com/BerriAI/litellm/pull/29812',
    dialects: OPENAI,
    caughtBy: { 'responses.calls-tools': /"set_lamp_\w+" is called, where the choice names add_item_/ },
    arm: () =>
      patchBody(RESPONSES, (body) =>
        isObject(body['tool_choice']) ? { ...body, tool_choice: 'required' } : body,
      ),
  },
  {
    id: 'responses-call-without-id',
    says: 'a call in a response has no call_id',
    family,
    source: 'https://github.com/openai/openai-node/pull/1946',
    dialects: OPENAI,
    caughtBy: { 'responses.calls-tools': /the call has no call_id/ },
    arm: () => eachResponse((response) => ({ ...response, output: itemsOf(response).map(withoutCallId) })),
  },
  {
    id: 'responses-bad-input-500',
    says: 'an input of the wrong kind is a fault of the server',
    family,
    source: 'https://github.com/BerriAI/litellm/tree/main/litellm/responses',
    dialects: OPENAI,
    caughtBy: { 'responses.refuses': /a number as input: .*HTTP 500.*'int' object is not iterable/ },
    arm: () => ({
      refusal: (refusal, { path }) =>
        path === RESPONSES ? new Refusal(500, 'failed', "'int' object is not iterable") : refusal,
    }),
  },
  {
    id: 'responses-takes-any-value',
    says: 'a request for a response with a temperature that is none is served all the same',
    family,
    source: 'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md',
    dialects: OPENAI,
    caughtBy: { 'responses.refuses': /temperature -1: not refused as a bad request: HTTP 200/ },
    arm: () => patchBody(RESPONSES, ({ temperature: _, ...body }) => body),
  },
]

/** Every response object, in a whole answer or in an event. */
const eachResponse = (change: (response: JsonObject) => JsonObject) => ({
  ...patchReply(RESPONSES, change),
  ...patchStreamed(RESPONSES, (event) => [patchResponse(event, change)]),
})

const doneOf = ({ status }: JsonObject): unknown => (status === 'incomplete' ? 'completed' : status)
const itemsOf = ({ output }: JsonObject): readonly unknown[] => (Array.isArray(output) ? output : [])
const withoutCallId = (item: unknown): unknown =>
  isObject(item) && item['type'] === 'function_call' ? { ...item, call_id: '' } : item

function withoutParts(body: JsonObject): JsonObject {
  const { input } = body
  if (!Array.isArray(input)) return body
  return {
    ...body,
    input: input.map((item) =>
      isObject(item) && Array.isArray(item['content']) ? { ...item, content: '' } : item,
    ),
  }
}
