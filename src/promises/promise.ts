import assert from 'node:assert/strict'
import { HarnessError } from '../errors.ts'
import type { PromiseEntry } from '../records/index.ts'
import { currentRegistrar } from './context.ts'
import type { PromiseDefinition } from './definition.ts'

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
  const registrar = currentRegistrar()
  if (registrar === undefined)
    throw new HarnessError(
      'usage',
      'A suite file is run by infergate: start it with `infergate check --suite FILE`.',
    )
  registrar.add(entryOf(id, definition), definition)
}

function entryOf(id: string, { says, required = true, tags = [] }: PromiseDefinition): PromiseEntry {
  return { id, suite: id.slice(0, id.indexOf('.')), says, required, tags }
}
