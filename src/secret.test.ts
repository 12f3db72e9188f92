import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { createRandom } from './random.ts'
import { Redactor, readSecret, Secret } from './secret.ts'

const secret = new Secret('s3cr"et/value', '[secret from environment variable KEY]')

test('no way of printing shows the value', () => {
  const printed = [
    `${secret}`,
    JSON.stringify({ secret }),
    inspect({ deep: { secret } }),
    String(secret),
    inspect(new Error('x', { cause: secret })),
  ]
  for (const text of printed) expect(text).not.toContain('s3cr')
})

test('an echo is replaced in plain, JSON and URL spelling', () => {
  for (const echo of ['key s3cr"et/value!', JSON.stringify({ key: 's3cr"et/value' }), 'k=s3cr%22et%2Fvalue'])
    expect(secret.redact(echo)).not.toContain('s3cr')
})

test.each(['hex', 'base64', 'base64url'] as const)(
  'an echo in %s is replaced wherever its bytes begin',
  (encoding) => {
    const value = 'sk-canary?~é-7f3a91'
    const known = new Secret(value, '<key>')
    for (const before of ['', 'a', 'ab', 'abc'])
      for (const after of ['', 'z', 'zz']) {
        const text = Buffer.from(before + value + after).toString(encoding)
        expect(known.redact(text)).toContain('<key>')
        if (encoding === 'hex') expect(known.redact(text.toUpperCase())).toContain('<key>')
      }
  },
)

test('a missing secret names its source and the next step', () => {
  expect(() => readSecret({ env: 'INFERGATE_NO_SUCH_KEY' })).toThrow(
    /INFERGATE_NO_SUCH_KEY is missing or empty: set it/,
  )
})

test('an echo is replaced however its encoder spells it', () => {
  const odd = new Secret("a b'é\\!", '[label]')
  const echoes = [
    ...['a+b%27%C3%A9%5C%21', 'a%20b%27%c3%a9%5c%21', "a%20b'%C3%A9%5C!"],
    ...['{"key": "a b\'\\u00e9\\\\!"}', '{"key": "a b\'é\\\\!"}'],
  ]
  for (const echo of echoes) expect(odd.redact(echo)).toMatch(/^(?:\[label\]|\{"key": "\[label\]"\})$/)
})

test('text that is cut at the border and redacted in parts is as if it had been redacted whole', () => {
  const random = createRandom(9)
  const some = (length: number) => Array.from({ length }, () => random.pick(['a', 'b', '.'])).join('')
  for (let round = 0; round < 2_000; round++) {
    const secrets = [some(4), some(5), 'abab'].map((value, index) => new Secret(value, `<${index}>`))
    const redactor = new Redactor(secrets)
    const [seen, unseen] = [some(12), some(6)]
    const border = redactor.border(seen)
    const parts = redactor.redact(seen.slice(0, border)) + redactor.redact(seen.slice(border) + unseen)
    expect(parts).toBe(redactor.redact(seen + unseen))
    expect(seen.length - border).toBeLessThan(10)
  }
})

test('where two secrets begin at one place the longer is replaced, and of one value the first label stays', () => {
  const redactor = new Redactor([
    new Secret('abc', '<1>'),
    new Secret('abcdef', '<2>'),
    new Secret('abc', '<3>'),
  ])
  expect(redactor.redact('abcdef abcde')).toBe('<2> <1>de')
  expect(new Redactor([]).redact('abc')).toBe('abc')
})
