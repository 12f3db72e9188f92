import { isObject } from '../fields.ts'
import type { Hooks } from '../hooks.ts'
import type { JsonObject } from './patch.ts'

export const without = (body: JsonObject, name: string): JsonObject =>
  Object.fromEntries(Object.entries(body).filter(([key]) => key !== name))

/** A `body` hook that changes each JSON object before it is read. */
export const withBody = (change: (body: JsonObject) => JsonObject): Pick<Hooks, 'body'> => ({
  body: (body) => (isObject(body) ? change(body) : body),
})
