import { isObject } from '../fields.ts'
import type { Stream } from '../http.ts'
import { type Fault, OPENAI } from './fault.ts'
import { isDone, type JsonObject, patchChoices } from './patch.ts'
import { CHAT, patchArguments, patchBody, patchCalls } from './patch-calls.ts'

const family = 'tools'

/** Calls in a stream. */
export const toolStreamFaults: readonly Fault[] = [
  {
    id: 'streamed-name-repeats',
    says: 'each part of a streamed call repeats the name and the id',
    family,
    source: 'https://github.com/NousResearch/hermes-agent/issues/8259',
    dialects: OPENAI,
    caughtBy: { 'tools.streams-calls': /the (?:id|name) of call 0 comes \d+ times in its stream/ },
    arm: () => streamsOf(repeatNames),
  },
  {
    id: 'streamed-index-stuck',
    says: 'the calls of a stream all have the index 0',
    family,
    source: 'https://github.com/ai-dynamo/dynamo/pull/4723',
    dialects: OPENAI,
    caughtBy: { 'tools.streams-calls': /2 calls have the index 0/ },
    arm: () => eachCall((call) => ({ ...call, index: 0 })),
  },
  {
    id: 'streamed-index-missing',
    says: 'the parts of a streamed call have no index',
    family,
    source: 'https://github.com/ollama/ollama/issues/7881',
    dialects: OPENAI,
    caughtBy: { 'tools.streams-calls': /a part of a tool call has no index/ },
    arm: () => eachCall(({ index: _, ...call }) => call),
  },
  {
    id: 'streamed-arguments-free',
    says: 'the arguments of a streamed call keep no schema, those of a whole answer do',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/21756',
    dialects: OPENAI,
    caughtBy: {
      'tools.streams-calls':
        /streamed: the arguments of \w+ do not keep its schema: the answer must have required property '\w+'; they are "\{/,
    },
    arm: () => patchBody(CHAT, (body) => (body['stream'] === true ? withoutSchemas(body) : body)),
  },
  {
    id: 'streamed-arguments-unclosed',
    says: 'the last part of the arguments is lost in a stream',
    family,
    source: 'https://github.com/NVIDIA/TensorRT-LLM/pull/19228',
    dialects: OPENAI,
    caughtBy: {
      'tools.streams-calls':
        /streamed: the arguments of \w+ do not keep its schema: the text ends before the JSON does; they are "\{/,
    },
    arm: () =>
      eachCall((call) => patchArguments(call, (text) => (text.endsWith('}') ? text.slice(0, -1) : text))),
  },
  {
    id: 'streamed-call-without-name',
    says: 'a streamed call begins with its arguments: its name never comes',
    family,
    source: 'https://github.com/smallmain/vscode-unify-chat-provider/pull/49',
    dialects: OPENAI,
    caughtBy: { 'tools.streams-calls': /the name of call 0 never comes/ },
    arm: () => eachCall((call) => ({ ...call, function: { ...Object(call['function']), name: undefined } })),
  },
  {
    id: 'streamed-call-without-done',
    says: 'a stream with a call ends without [DONE]',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/52852',
    dialects: OPENAI,
    caughtBy: { 'tools.streams-calls': /\[DONE\] comes 0 times in the stream/ },
    arm: () => streamsOf(endWithoutDone),
  },
]

const streamsOf = (change: (events: AsyncIterable<string>) => AsyncIterable<string>) => ({
  stream: (stream: Stream, { path }: { readonly path: string }): Stream =>
    path === CHAT ? { ...stream, events: change(stream.events) } : stream,
})

const eachCall = (change: (call: JsonObject) => JsonObject) =>
  streamsOf(async function* (events) {
    for await (const event of events) yield patchChoices(event, (choice) => patchCalls(choice, change))
  })

async function* repeatNames(events: AsyncIterable<string>): AsyncGenerator<string> {
  const first = new Map<unknown, { id: unknown; name: unknown }>()
  for await (const event of events)
    yield patchChoices(event, (choice) =>
      patchCalls(choice, (call) => {
        const called = Object(call['function'])
        if (called.name) first.set(call['index'], { id: call['id'], name: called.name })
        const known = first.get(call['index'])
        return known ? { ...call, id: known.id, function: { ...called, name: known.name } } : call
      }),
    )
}

async function* endWithoutDone(events: AsyncIterable<string>): AsyncGenerator<string> {
  let calls = false
  for await (const event of events) {
    calls ||= event.includes('"tool_calls":')
    if (!calls || !isDone(event)) yield event
  }
}

function withoutSchemas(body: JsonObject): JsonObject {
  const tools = body['tools']
  if (!Array.isArray(tools)) return body
  const loose = (tool: unknown) =>
    isObject(tool) && isObject(tool['function'])
      ? { ...tool, function: { name: tool['function']['name'] } }
      : tool
  return { ...body, tools: tools.map(loose) }
}
