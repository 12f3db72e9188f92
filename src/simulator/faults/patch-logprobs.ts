import { isObject } from '../fields.ts'
import type { Asked, Hooks } from '../hooks.ts'
import { type JsonObject, patchChoices, patchEvents, patchJson } from './patch.ts'

type Where = { readonly route?: 'chat' | 'completions'; readonly stream?: boolean }

const applies = ({ path, body }: Asked, { route, stream }: Where): boolean =>
  path.endsWith(route === 'chat' ? '/chat/completions' : 'completions') &&
  !(route === 'completions' && path.includes('chat')) &&
  (stream === undefined || stream === (isObject(body) && body['stream'] === true))

/** Hooks that change the `logprobs` of each choice, whole and in streams; null ones stay. */
export function patchLogprobs(
  change: (logprobs: JsonObject, asked: Asked, choice: JsonObject) => JsonObject | null,
  where: Where = {},
): Pick<Hooks, 'reply' | 'stream'> {
  const patchChoice = (asked: Asked) => (choice: JsonObject) =>
    isObject(choice['logprobs']) ? { ...choice, logprobs: change(choice['logprobs'], asked, choice) } : choice
  return {
    reply(reply, asked) {
      if (reply.status !== 200 || !applies(asked, where)) return reply
      return patchJson(reply, (body) => ({
        ...body,
        choices: (body['choices'] as JsonObject[]).map(patchChoice(asked)),
      }))
    },
    stream: (stream, asked) =>
      applies(asked, where)
        ? patchEvents(stream, (event) => [patchChoices(event, patchChoice(asked))])
        : stream,
  }
}

/** The lists of one choice, in the spelling of either route, cut or changed alike. */
export const eachList = (logprobs: JsonObject, change: (list: readonly unknown[]) => readonly unknown[]) =>
  Object.fromEntries(
    Object.entries(logprobs).map(([name, list]) => [name, Array.isArray(list) ? change(list) : list]),
  )

/** The values of one choice, those of alternatives too. */
export function eachValue(logprobs: JsonObject, change: (value: number) => number): JsonObject {
  const inside = (value: unknown, name = ''): unknown => {
    if (typeof value === 'number')
      return ['bytes', 'text_offset', 'rank'].includes(name) ? value : change(value)
    if (Array.isArray(value)) return value.map((item) => inside(item, name))
    if (!isObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inside(item, key)]))
  }
  return inside(logprobs) as JsonObject
}
