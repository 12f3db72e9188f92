import { expect } from 'vitest'
import { type Acceptor, compileConstraint } from '../index.ts'

export type Schema = Readonly<Record<string, unknown>> | boolean

export const compileSchema = (schema: Schema): Acceptor => compileConstraint({ kind: 'json-schema', schema })

/** Whether a whole text is what the constraint demands. Tests only. */
export function accepts(acceptor: Acceptor, text: string | Uint8Array): boolean {
  let state = acceptor.start()
  for (const byte of Buffer.from(text)) {
    if (!state.allows(byte)) return false
    state = state.next(byte)
  }
  return state.canEnd()
}

export type Case = {
  readonly name: string
  readonly schema: Schema
  /** With their keys in the schema's order: that is the order in which they are written. */
  readonly good: readonly unknown[]
  readonly bad: readonly unknown[]
}

/** The good instances are accepted, the bad ones refused. */
export function expectHeld({ schema, good, bad }: Case): void {
  const acceptor = compileSchema(schema)
  const texts = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value))
  expect(texts(good).filter((text) => !accepts(acceptor, text))).toEqual([])
  expect(texts(bad).filter((text) => accepts(acceptor, text))).toEqual([])
}
