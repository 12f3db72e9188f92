import assert from 'node:assert/strict'
import type { PromiseEntry } from '../records/index.ts'
import type { PromiseDefinition } from './definition.ts'

/** A promise as a suite declares it: its entry in the closed list, and how it is checked. */
export type DeclaredPromise = { readonly entry: PromiseEntry; readonly definition: PromiseDefinition }

/** What suite files have declared and nobody has taken yet. */
const untaken: DeclaredPromise[] = []

/**
 * States one promise of a service and how to check it. The id is `suite.what-it-promises`; other tools refer to it,
 * so it stays. Call it at the top level of a `*.suite.ts` file.
 */
export function promise(id: string, definition: PromiseDefinition): void {
  assert.match(
    id,
    /^[a-z0-9-]+\.[a-z0-9-]+$/,
    `The id of a promise reads suite.what-it-promises, not "${id}".`,
  )
  untaken.push({ entry: entryOf(id, definition), definition })
}

/** What was declared since the last call: whoever imports a suite file takes what it declared. */
export const takeDeclared = (): readonly DeclaredPromise[] => untaken.splice(0)

function entryOf(id: string, { says, required = true, tags = [] }: PromiseDefinition): PromiseEntry {
  return { id, suite: id.slice(0, id.indexOf('.')), says, required, tags }
}
