import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { payloads } from './exchange.ts'

/** One request and what the real engine answered, as `npm run record-streams` wrote it down. */
export type Recording = {
  readonly request: {
    readonly path: string
    readonly method?: string
    readonly body?: unknown
    readonly contentType?: string
  }
  readonly response: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }
}

/** The recordings of one folder of fixtures/streams, by name. */
export const recordingsOf = (set: string): readonly (readonly [string, Recording])[] =>
  globSync(join(import.meta.dirname, '../../../fixtures/streams', set, '*.json'))
    .toSorted()
    .map((file) => [basename(file, '.json'), JSON.parse(readFileSync(file, 'utf8'))])

/** On the completions route the keys of the first are tokens; the token that ends a text has no bytes here, and a name there. */
const OF_TOKENS = ['top_logprobs', 'bytes']

/** The keys of a value, all the way down; of a list, those of its items, each kind once. */
function keysOf(value: unknown): unknown {
  if (Array.isArray(value)) return kinds(value)
  if (typeof value !== 'object' || value === null) return '·'
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      // A number is a token's id.
      .map(([key, inner]) => [
        /^\d+$/.test(key) ? 'token id' : key,
        OF_TOKENS.includes(key) ? '·' : keysOf(inner),
      ]),
  )
}

/** The different shapes in order of first appearance. */
const kinds = (values: readonly unknown[]): readonly unknown[] =>
  [...new Set(values.map((value) => JSON.stringify(keysOf(value))))].map((text) => JSON.parse(text))

/** What a body has to have in common with a recorded one: the kinds of its events or the keys of its JSON. */
export function shapeOf(body: string, type: string): unknown {
  if (type.startsWith('text/event-stream'))
    return kinds(payloads(body).map((event) => (event === '[DONE]' ? event : JSON.parse(event))))
  return type.includes('json') ? keysOf(JSON.parse(body)) : undefined
}
