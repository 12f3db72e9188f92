import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseStrictJson } from './strict-json.ts'

const problem = (text: string): string => {
  const parsed = parseStrictJson(text)
  return parsed.ok ? 'none' : parsed.problem
}

test('whatever JSON.stringify wrote is read back', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      expect(parseStrictJson(text)).toEqual({ ok: true, value: JSON.parse(text) })
    }),
    { seed: 7 },
  )
})

test('a key twice in one object is found at any depth and in any spelling', () => {
  const texts = ['{"a":1,"a":1}', '[{"b":{"a":1 , "c":[] , "a"\n:2}}]', '{"a":1,"\\u0061":2}', '{"":1,"":2}']
  for (const text of texts) expect(problem(text)).toBe('duplicate-key')
})

test('the same key in different objects, and as a value, is no duplicate', () => {
  for (const text of ['[{"a":1},{"a":2}]', '{"a":{"a":"a"},"b":["a","a"]}', '{"a":"\\"a\\":","b":1}'])
    expect(problem(text)).toBe('none')
})

test('a number beyond a double is found, the largest double is not', () => {
  for (const text of ['1e400', '[-1E+999]', `{"a":${'9'.repeat(400)}}`])
    expect(problem(text)).toBe('non-finite-number')
  for (const text of ['1.7976931348623157e308', '1e-400', '"1e400"']) expect(problem(text)).toBe('none')
})

test('what JSON does not allow is bad syntax', () => {
  for (const text of [
    '',
    ' ',
    'NaN',
    'Infinity',
    '{"a":1,}',
    "{'a':1}",
    '{"a":1} x',
    '\uFEFF{}',
    '"a\nb"',
    '01',
  ])
    expect(problem(text)).toBe('syntax')
})

test('depth does not overflow it', () => {
  expect(problem('['.repeat(50_000) + ']'.repeat(50_000))).toBe('none')
})
