import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scanJson } from './scan-json.ts'
import { whitespaceShare } from './white-space.ts'

/** `none` for a text that is whole and strict. */
const problem = (text: string): string => {
  const scan = scanJson(text)
  if (scan.ending === 'malformed') return scan.problem
  return scan.ending === 'complete' ? 'none' : scan.ending
}

test('whatever JSON.stringify wrote is complete and read back', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      const whole = { ending: 'complete', value: JSON.parse(text) }
      expect(scanJson(text)).toEqual({ ...whole, depth: expect.any(Number), keys: expect.any(Number) })
    }),
    { seed: 7 },
  )
})

test('values are those of JSON.parse, whatever their spelling', () => {
  const texts = [
    '-0',
    '1E+2',
    '0.1e-7',
    '12345678901234567890',
    '"\\u0061\\uD83D\\ude00\\ud800 \\n\\/ é😀"',
    '{"__proto__":{"a":1},"b":{"constructor":2,"toString":3}}',
    '{"2":1,"1":2,"":3}',
  ]
  for (const text of texts) {
    const scan = scanJson(text)
    if (scan.ending !== 'complete') expect.unreachable(text)
    expect(scan.value).toStrictEqual(JSON.parse(text))
    expect(JSON.stringify(scan.value)).toBe(JSON.stringify(JSON.parse(text)))
  }
})

test('every shorter beginning of an object or array is truncated, never malformed', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), fc.nat(), (value, at) => {
      const text = JSON.stringify(value)
      expect(scanJson(text.slice(0, at % text.length)).ending).toBe('truncated')
    }),
    { seed: 11 },
  )
})

test('a text cut inside an escape, a word or a number is truncated, a wrong one is not', () => {
  for (const text of [
    '"\\',
    '"\\u',
    '"\\u00e',
    't',
    '[nul',
    '-',
    '[1.',
    '[1e',
    '[1.5E-',
    '{"a"',
    '{"a":',
    ' ',
  ])
    expect(problem(text)).toBe('truncated')
  for (const text of ['"\\x', '"\\u0g', 'tru ', '[-x', '1..', '[1e5e', '[01', '+', '{a', '{"a"}'])
    expect(problem(text)).toBe('syntax')
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
      expect(isSyntax(text)).toBe(parses(text))
    }),
    { numRuns: 2_000, seed: 13 },
  )
})

test('a key twice in one object is found at any depth and in any spelling', () => {
  const texts = ['{"a":1,"a":1}', '[{"b":{"a":1 , "c":[] , "a"\n:2}}]', '{"a":1,"\\u0061":2}', '{"":1,"":2}']
  for (const text of [...texts, '{"__proto__":1,"__proto__":1}']) expect(problem(text)).toBe('duplicate-key')
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

test('bad syntax and a cut weigh more than what only a strict reader refuses', () => {
  expect(problem('{"a":1,"a":2')).toBe('truncated')
  expect(problem('[1e400,')).toBe('truncated')
  expect(problem('{"a":1,"a":2}}')).toBe('syntax')
})

test('what JSON does not allow is bad syntax', () => {
  for (const text of [
    'NaN',
    'Infinity',
    '{"a":1,}',
    '[1,]',
    "{'a':1}",
    '{"a":1} x',
    '\uFEFF{}',
    '\u00a0{}',
    '"a\nb"',
    '01',
  ])
    expect(problem(text)).toBe('syntax')
})

test('a raw control character is malformed and named', () => {
  expect(scanJson('{"name":"a\u0007b"}')).toEqual({
    ending: 'malformed',
    problem: 'syntax',
    reason: 'a raw control character in a string at character 10: "\\u0007b\\"}"',
  })
})

test('text after the JSON is malformed', () => {
  expect(scanJson('{"a":1} and so on').ending).toBe('malformed')
})

test('depth is counted, and does not overflow it', () => {
  expect(scanJson('['.repeat(100_000)).ending).toBe('truncated')
  expect(scanJson('['.repeat(50_000) + ']'.repeat(50_000))).toMatchObject({
    ending: 'complete',
    depth: 50_000,
  })
})

test('levels and keys are counted where they are structure, not text', () => {
  expect(scanJson('{"a":[{"b:":"{[:"}],"c":{}}')).toMatchObject({ depth: 3, keys: 3 })
  expect(scanJson('"{"')).toMatchObject({ depth: 0, keys: 0 })
})

test('white space is counted as a share of the text', () => {
  expect(whitespaceShare('{"a":   \n\t ')).toBeCloseTo(6 / 11)
  expect(whitespaceShare('')).toBe(0)
})

/** What a lax reader takes: whole, or refused for strictness alone. */
const isSyntax = (text: string): boolean => !['syntax', 'truncated'].includes(problem(text))

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
