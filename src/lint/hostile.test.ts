import { expect, test } from 'vitest'
import { lintText } from './index.ts'
import { markedFiles } from './testing/marked-python.ts'

test.for(markedFiles('hostile'))(
  '$name: what is true is found at its line, and nothing else is said',
  ({ name, text, truth }) => {
    const linted = lintText(name, text)
    if (!('findings' in linted)) throw new Error(`${name} ${linted.reason}`)
    expect(linted.findings.map(({ place, rule }) => ({ line: place.line, rule }))).toEqual(truth)
  },
)
