import assert from 'node:assert/strict'
import type { Reporter } from './reporter.ts'

/** JSON that holds no NaN and no Infinity: `JSON.stringify` would write `null`, and a reader would take it for absent. */
export const toStrictJson = (value: unknown): string =>
  `${JSON.stringify(
    value,
    (key, member: unknown) => {
      assert(
        typeof member !== 'number' || Number.isFinite(member),
        `${key} is ${member}: not a number of JSON`,
      )
      return member
    },
    2,
  )}\n`

export const jsonReporter: Reporter = {
  name: 'json',
  says: 'verdict.json, for other tools; its JSON Schema is published in the package',
  file: 'verdict.json',
  render: ({ verdict }) => toStrictJson(verdict),
}
