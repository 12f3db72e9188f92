import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scanJson, whitespaceShare } from './scan-json.ts'

test('every JSON text that JSON.stringify makes is complete', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
      expect(scanJson(JSON.stringify(value, null, indent)).ending).toBe('complete')
    }),
  )
})

test('every shorter beginning of an object or array is truncated, never malformed', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), fc.nat(), (value, at) => {
      const text = JSON.stringify(value)
      expect(scanJson(text.slice(0, at % text.length)).ending).toBe('truncated')
    }),
  )
})

test('what JSON.parse refuses is never complete, and what it takes always is', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    ',',
    ':',
    '1',
    '-',
    '.',
    'e',
    'true',
    'nul',
    ' ',
    '\n',
    'a',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('')
      expect(scanJson(text).ending === 'complete').toBe(parses(text))
    }),
    { numRuns: 2_000 },
  )
})

test('a raw control character is malformed and named', () => {
  expect(scanJson('{"name":"a\u0007b"}')).toEqual({
    ending: 'malformed',
    reason: 'a raw control character in a string at character 10: "\\u0007b\\"}"',
  })
})

test('text after the JSON is malformed', () => {
  expect(scanJson('{"a":1} and so on').ending).toBe('malformed')
})

test('a hundred thousand open brackets are truncated, not an overflow', () => {
  expect(scanJson('['.repeat(100_000)).ending).toBe('truncated')
})

test('white space is counted as a share of the text', () => {
  expect(whitespaceShare('{"a":   \n\t ')).toBeCloseTo(6 / 11)
  expect(whitespaceShare('')).toBe(0)
})

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
