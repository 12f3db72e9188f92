import { z } from 'zod'
import type { Capability, Route } from '../records/index.ts'
import { closedObject } from './closed-object.ts'
import { didYouMean } from './did-you-mean.ts'

/** Every capability, each once: a record, so that one that is added there cannot be forgotten here. */
const CAPABILITIES: Readonly<Record<Capability, true>> = {
  health: true,
  stream: true,
  chat: true,
  usage: true,
  models: true,
  metrics: true,
  'json-schema': true,
  'json-object': true,
  regex: true,
  choice: true,
  seed: true,
  stop: true,
  'error-status': true,
  sampling: true,
  'request-validation': true,
  'constraint-flag': true,
  'reported-time': true,
}
const ROUTES: Readonly<Record<Route, true>> = { chat: true, completions: true }

/** One word of a closed list; another one is refused with the one that was probably meant. */
function oneOf<Word extends string>(what: string, words: Readonly<Record<Word, true>>) {
  const known = Object.keys(words) as [Word, ...Word[]]
  return z.enum(known, {
    error: ({ input }) => `unknown ${what} "${String(input)}": ${didYouMean(String(input), known)}`,
  })
}

/** What a target is expected to have. */
export const expects = closedObject({
  capabilities: z.array(oneOf('capability', CAPABILITIES)).optional(),
  routes: z.array(oneOf('route', ROUTES)).optional(),
})
