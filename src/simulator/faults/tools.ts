import { isObject } from '../fields.ts'
import { Refusal } from '../refusal.ts'
import { type Fault, OPENAI } from './fault.ts'
import type { JsonObject } from './patch.ts'
import { CHAT, patchArguments, patchBody, patchCalling, patchCalls, wholeCalling } from './patch-calls.ts'

const family = 'tools'

/** Calls of tools, and what is done with their results. */
export const toolFaults: readonly Fault[] = [
  {
    id: 'required-tool-ignored',
    says: 'tool_choice "required" is answered with words, the finish reason "tool_calls" and no call',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/50477',
    dialects: OPENAI,
    caughtBy: {
      'tools.required-calls':
        /tool_choice "required": the finish reason is "tool_calls", and the answer holds no tool call/,
    },
    arm: () => ({ calls: (calls, { choice }) => (choice === 'required' ? [] : calls) }),
  },
  {
    id: 'tool-choice-dropped',
    says: 'tool_choice has no effect: the model answers in words whatever it says',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/49712',
    dialects: OPENAI,
    caughtBy: {
      'tools.required-calls':
        /tool_choice "required": the answer calls no tool; it says ".+" with finish reason "(?:stop|length)"/,
      'tools.named-calls': /tool_choice that names the first tool: the answer calls no tool; it says/,
    },
    arm: () => patchBody(CHAT, (body) => ({ ...body, ...(body['tools'] ? { tool_choice: 'auto' } : {}) })),
  },
  {
    id: 'named-tool-swapped',
    says: 'a tool that tool_choice names is not the one that is called',
    family,
    source: 'https://github.com/ai-dynamo/dynamo/issues/7851',
    dialects: OPENAI,
    caughtBy: {
      'tools.named-calls':
        /tool_choice that names the first tool: the answer calls "add_item_\w+", not set_lamp_/,
    },
    arm: () => ({
      calls: (calls, { choice, tools }) =>
        typeof choice === 'object' ? tools.filter(({ name }) => name !== choice.name).slice(0, 1) : calls,
    }),
  },
  {
    id: 'named-tool-is-the-first',
    says: 'whichever tool tool_choice names, the first of the list is called',
    family,
    source: 'https://github.com/BerriAI/litellm/pull/29812',
    dialects: OPENAI,
    caughtBy: {
      'tools.named-calls':
        /tool_choice that names the second tool: the answer calls "set_lamp_\w+", not add_item_/,
    },
    arm: () => ({
      calls: (calls, { choice, tools }) => (typeof choice === 'object' ? tools.slice(0, 1) : calls),
    }),
  },
  {
    id: 'tool-none-ignored',
    says: 'tool_choice "none" lets the model call tools',
    family,
    source: 'https://github.com/tenstorrent/tt-inference-server/pull/3084',
    dialects: OPENAI,
    caughtBy: { 'tools.none-calls-nothing': /tool_choice "none": the answer calls "set_lamp_\w+"/ },
    arm: () =>
      patchBody(CHAT, (body) => (body['tool_choice'] === 'none' ? { ...body, tool_choice: 'auto' } : body)),
  },
  {
    id: 'parallel-calls-forced',
    says: 'parallel_tool_calls false has no effect',
    family,
    source: 'https://github.com/sgl-project/sglang/issues/9696',
    dialects: OPENAI,
    caughtBy: {
      'tools.one-call-at-most':
        /parallel_tool_calls false: 2 calls \(set_lamp_\w+, add_item_\w+\), where at most 1 is allowed/,
    },
    arm: () => patchBody(CHAT, ({ parallel_tool_calls: _, ...body }) => body),
  },
  {
    id: 'tool-arguments-cut',
    says: 'the arguments of a call lose their last two characters',
    family,
    source: 'https://github.com/aaif-goose/goose/pull/8175',
    dialects: OPENAI,
    caughtBy: {
      'tools.required-calls':
        /the arguments of \w+ do not keep its schema: the text ends inside a string; they are "\{/,
    },
    arm: () =>
      wholeCalling((choice) =>
        patchCalls(choice, (call) => patchArguments(call, (text) => text.slice(0, -2))),
      ),
  },
  {
    id: 'tool-arguments-free',
    says: 'the arguments of a forced call are any object, whatever the schema of the tool says',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/53363',
    dialects: OPENAI,
    caughtBy: {
      'tools.required-calls':
        /the arguments of \w+ do not keep its schema: the answer must have required property '\w+'; they are "\{/,
    },
    arm: () => ({ calls: (calls) => calls.map(({ name }) => ({ name, strict: false })) }),
  },
  {
    id: 'tool-arguments-object',
    says: 'the arguments of a call are an object, not a text that holds one',
    family,
    source: 'https://github.com/ggml-org/llama.cpp/issues/20198',
    dialects: OPENAI,
    caughtBy: { 'tools.required-calls': /the arguments of \w+ are no text that holds JSON: \{/ },
    arm: () =>
      wholeCalling((choice) =>
        patchCalls(choice, (call) => patchArguments(call, (text) => JSON.parse(text))),
      ),
  },
  {
    id: 'tool-call-without-id',
    says: 'a call has an empty id',
    family,
    source: 'https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/830',
    dialects: OPENAI,
    caughtBy: { 'tools.required-calls': /the call of \w+ has no id \(""\)/ },
    arm: () => wholeCalling((choice) => patchCalls(choice, (call) => ({ ...call, id: '' }))),
  },
  {
    id: 'tool-call-without-type',
    says: 'a call does not say that it is one of a function, and a runner passes over it',
    family,
    source: 'https://github.com/openai/openai-node/pull/1946',
    dialects: OPENAI,
    caughtBy: { 'tools.required-calls': /the call of \w+ has the type absent, not "function"/ },
    arm: () => patchCalling((choice) => patchCalls(choice, ({ type: _, ...call }) => call)),
  },
  {
    id: 'tool-arguments-twice-encoded',
    says: 'the arguments of a call are a text that holds a text that holds JSON',
    family,
    source: 'https://github.com/openclaw/openclaw/pull/40425',
    dialects: OPENAI,
    caughtBy: {
      'tools.required-calls':
        /the arguments of \w+ do not keep its schema: the answer must be object; they are "\\"\{/,
    },
    arm: () =>
      wholeCalling((choice) =>
        patchCalls(choice, (call) => patchArguments(call, (text) => JSON.stringify(text))),
      ),
  },
  {
    id: 'tool-call-ids-equal',
    says: 'the calls of one answer share an id',
    family,
    source: 'https://github.com/mcowger/plexus/issues/691',
    dialects: OPENAI,
    caughtBy: { 'tools.required-calls': /two calls have one id, "call_0"/ },
    arm: () => wholeCalling((choice) => patchCalls(choice, (call) => ({ ...call, id: 'call_0' }))),
  },
  {
    id: 'tool-finish-stop',
    says: 'an answer with a call says that it stopped',
    family,
    source: 'https://github.com/vllm-project/vllm/pull/9209',
    dialects: OPENAI,
    caughtBy: {
      'tools.required-calls': /the answer holds a call, yet its finish reason is "stop", not tool_calls/,
    },
    arm: () =>
      patchCalling((choice) =>
        choice['finish_reason'] === 'tool_calls' ? { ...choice, finish_reason: 'stop' } : choice,
      ),
  },
  {
    id: 'tool-call-in-content',
    says: 'the text of a call stands in the content too',
    family,
    source: 'https://github.com/raullenchai/Rapid-MLX/pull/1592',
    dialects: OPENAI,
    caughtBy: { 'tools.required-calls': /the call of \w+ stands in the content as well: "<tool_call>/ },
    arm: () => wholeCalling(sayCallsToo),
  },
  {
    id: 'tool-result-dropped',
    says: 'what a tool gave back is no part of what the model reads',
    family,
    source: 'https://github.com/google/minja/pull/63',
    dialects: OPENAI,
    caughtBy: {
      'tools.reads-the-result': /a result as text: a result of 24 words in place of one adds 0 prompt tokens/,
    },
    arm: () => patchBody(CHAT, (body) => patchResults(body, () => '')),
  },
  {
    id: 'tool-result-parts-dropped',
    says: 'a result that comes as parts is read as empty',
    family,
    source: 'https://github.com/ollama/ollama/pull/17414',
    dialects: OPENAI,
    caughtBy: {
      'tools.reads-the-result':
        /a result as parts: a result of 24 words in place of one adds 0 prompt tokens/,
    },
    arm: () =>
      patchBody(CHAT, (body) => patchResults(body, (content) => (Array.isArray(content) ? '' : content))),
  },
  {
    id: 'unknown-tool-500',
    says: 'a choice of a tool that is not given is a fault of the server',
    family,
    source: 'https://github.com/ollama/ollama/issues/16239',
    dialects: OPENAI,
    caughtBy: {
      'errors.bad-tools': /a choice of a tool that is not given on chat: .*HTTP 500.*Internal Server Error/,
    },
    arm: () => ({
      refusal: (refusal) =>
        refusal.param === 'tool_choice' ? new Refusal(500, 'failed', 'Internal Server Error') : refusal,
    }),
  },
  {
    id: 'malformed-tool-500',
    says: 'a tool that lacks a field is a fault of the server',
    family,
    source: 'https://github.com/julep-ai/julep/issues/1265',
    dialects: OPENAI,
    caughtBy: {
      'errors.bad-tools': /a tool without its function on chat: .*HTTP 500.*has no attribute 'name'/,
    },
    arm: () => ({
      refusal: (refusal) =>
        refusal.param?.startsWith('body.tools')
          ? new Refusal(500, 'failed', "'NoneType' object has no attribute 'name'")
          : refusal,
    }),
  },
  {
    id: 'tools-null-500',
    says: 'tools that are null in place of absent are a fault of the server',
    family,
    source: 'https://github.com/vllm-project/vllm/pull/19679',
    dialects: OPENAI,
    caughtBy: { 'tools.none-calls-nothing': /tools null: .*HTTP 500.*'NoneType' has no len/ },
    arm: () =>
      patchBody(CHAT, (body) => {
        if (body['tools'] !== null) return body
        throw new Refusal(500, 'failed', "object of type 'NoneType' has no len()")
      }),
  },
]

function sayCallsToo(choice: JsonObject): JsonObject {
  const message = choice['message']
  if (!isObject(message) || !Array.isArray(message['tool_calls'])) return choice
  const content = message['tool_calls'].map((call) => JSON.stringify(Object(call).function)).join('\n')
  const raw = content.replaceAll('\\"', '"')
  return { ...choice, message: { ...message, content: `<tool_call>${raw}</tool_call>` } }
}

function patchResults(body: JsonObject, change: (content: unknown) => unknown): JsonObject {
  const messages = body['messages']
  if (!Array.isArray(messages)) return body
  return {
    ...body,
    messages: messages.map((message) =>
      isObject(message) && message['role'] === 'tool'
        ? { ...message, content: change(message['content']) }
        : message,
    ),
  }
}
