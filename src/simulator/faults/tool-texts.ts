import { isObject } from '../fields.ts'
import { malformed } from '../refusal.ts'
import { withBody } from './edit-request.ts'
import { type Fault, OPENAI } from './fault.ts'
import type { JsonObject } from './patch.ts'
import { CHAT, patchArguments, patchBody, patchCalling, patchCalls } from './patch-calls.ts'

const family = 'tools'
const WHOLE = 'tools.arguments-arrive-whole'

/** What stands inside the arguments of calls and around them, in conversations and streams. */
export const toolTextFaults: readonly Fault[] = [
  {
    id: 'tool-escapes-lost',
    says: 'the backslashes of arguments are lost, so that what they escape ends the text',
    family,
    source: 'https://github.com/aaif-goose/goose/pull/8175',
    dialects: OPENAI,
    caughtBy: { [WHOLE]: /arguments with escapes.*do not keep its schema/ },
    arm: () => ofArguments((text) => text.replaceAll('\\', '')),
  },
  {
    id: 'tool-arguments-beyond-ascii-lost',
    says: 'each character beyond ASCII in arguments becomes a question mark',
    family,
    source: 'https://github.com/aaif-goose/goose/pull/8175',
    dialects: OPENAI,
    caughtBy: { [WHOLE]: /arguments with escapes.*do not keep its schema: \/text must be equal to constant/ },
    arm: () => ofArguments((text) => text.replace(/[^\p{ASCII}]/gu, '?')),
  },
  {
    id: 'empty-arguments-no-json',
    says: 'the arguments of a tool without parameters are an empty text, which is no JSON',
    family,
    source: 'https://github.com/openai/openai-agents-js/issues/664',
    dialects: OPENAI,
    caughtBy: { [WHOLE]: /a tool without parameters.*do not keep its schema.*they are ""/ },
    arm: () => ofArguments((text) => (text.replace(/\s/g, '') === '{}' ? '' : text)),
  },
  {
    id: 'tool-none-ignored-streamed',
    says: 'tool_choice "none" has no effect on a stream',
    family,
    source: 'https://github.com/tenstorrent/tt-inference-server/pull/3084',
    dialects: OPENAI,
    caughtBy: { 'tools.none-calls-nothing': /tool_choice "none", streamed: the answer calls "set_lamp_\w+"/ },
    arm: () =>
      patchBody(CHAT, (body) =>
        body['stream'] === true && body['tool_choice'] === 'none' ? { ...body, tool_choice: 'auto' } : body,
      ),
  },
  {
    id: 'last-tool-result-only',
    says: 'of the results of several calls only the last is read',
    family,
    source: 'https://github.com/ollama/ollama/pull/17414',
    dialects: OPENAI,
    caughtBy: {
      'tools.reads-the-result':
        /the first of two results: a result of 24 words in place of one adds \d prompt tokens/,
    },
    arm: () => withBody(lastResultOnly),
  },
  {
    id: 'call-without-content-refused',
    says: 'a message with calls has to have a content, be it null',
    family,
    source: 'https://github.com/abetlen/llama-cpp-python/issues/1805',
    dialects: OPENAI,
    caughtBy: {
      'tools.reads-the-result':
        /a call whose content is null is taken, and refused where the content is left out: .*HTTP 400/,
    },
    arm: () => withBody(refuseAbsent),
  },
]

const ofArguments = (change: (text: string) => string) =>
  patchCalling((choice) => patchCalls(choice, (call) => patchArguments(call, change)))

const messagesOf = (body: JsonObject): readonly unknown[] =>
  Array.isArray(body['messages']) ? body['messages'] : []

function lastResultOnly(body: JsonObject): JsonObject {
  const messages = messagesOf(body)
  const last = messages.findLastIndex((message) => isObject(message) && message['role'] === 'tool')
  if (last < 0) return body
  const read = messages.map((message, index) =>
    index < last && isObject(message) && message['role'] === 'tool' ? { ...message, content: '' } : message,
  )
  return { ...body, messages: read }
}

function refuseAbsent(body: JsonObject): JsonObject {
  for (const message of messagesOf(body))
    if (isObject(message) && message['role'] === 'assistant' && !('content' in message))
      throw malformed('messages: content: Field required', 'messages')
  return body
}
