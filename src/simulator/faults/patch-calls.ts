import { isObject } from '../fields.ts'
import type { Asked, Hooks } from '../hooks.ts'
import { isDone, type JsonObject, patchChoices, patchEvents, patchJson } from './patch.ts'

export const CHAT = '/v1/chat/completions'
export const RESPONSES = '/v1/responses'

/** A `body` hook that changes the requests of one path. */
export const patchBody = (path: string, change: (body: JsonObject) => JsonObject): Pick<Hooks, 'body'> => ({
  body: (body, asked) => (asked.path === path && isObject(body) ? change(body) : body),
})

/** A `reply` hook that changes the whole answers of one path. */
export const patchReply = (path: string, change: (body: JsonObject) => JsonObject): Pick<Hooks, 'reply'> => ({
  reply: (reply, asked) => (asked.path === path && reply.status === 200 ? patchJson(reply, change) : reply),
})

/** A `stream` hook that changes the events of one path, `[DONE]` left out. */
export const patchStreamed = (
  path: string,
  change: (event: JsonObject, index: number) => readonly JsonObject[],
): Pick<Hooks, 'stream'> => ({
  stream: (stream, asked: Asked) =>
    asked.path === path
      ? patchEvents(stream, (event, index) =>
          isDone(event) ? [event] : change(JSON.parse(event), index).map((one) => JSON.stringify(one)),
        )
      : stream,
})

/** Both at once: each choice of an answer of the chat route, whole or in pieces, that holds calls. */
export const patchCalling = (
  change: (choice: JsonObject) => JsonObject,
): Pick<Hooks, 'reply' | 'stream'> => ({
  ...wholeCalling(change),
  stream: (stream, asked) =>
    asked.path === CHAT ? patchEvents(stream, (event) => [patchChoices(event, change)]) : stream,
})

export const wholeCalling = (change: (choice: JsonObject) => JsonObject): Pick<Hooks, 'reply'> =>
  patchReply(CHAT, (body) => ({
    ...body,
    choices: (Array.isArray(body['choices']) ? body['choices'] : []).map(change),
  }))

/** A choice, or a part of one, with each of its calls changed. */
export function patchCalls(choice: JsonObject, change: (call: JsonObject, index: number) => JsonObject) {
  for (const holder of ['message', 'delta']) {
    const inner = choice[holder]
    if (!isObject(inner) || !Array.isArray(inner['tool_calls'])) continue
    return { ...choice, [holder]: { ...inner, tool_calls: inner['tool_calls'].map(change) } }
  }
  return choice
}

/** A call with its arguments changed. */
export function patchArguments(call: JsonObject, change: (text: string) => unknown): JsonObject {
  const called = call['function']
  if (!isObject(called) || typeof called['arguments'] !== 'string') return call
  return { ...call, function: { ...called, arguments: change(called['arguments']) } }
}

/** An event with the response that it shows changed. */
export function patchResponse(event: JsonObject, change: (response: JsonObject) => JsonObject): JsonObject {
  const { response } = event
  return isObject(response) ? { ...event, response: change(response) } : event
}
