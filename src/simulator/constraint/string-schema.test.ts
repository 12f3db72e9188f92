import { expect, test } from 'vitest'
import { accepts, type Case, compileSchema, expectHeld } from './testing/accepts.ts'

const CASES: readonly Case[] = [
  {
    name: 'length in characters, not in bytes or escapes',
    schema: { type: 'string', minLength: 2, maxLength: 3 },
    good: ['ab', 'abc', '😀😀😀', '"\\', 'é\n'],
    bad: ['a', 'abcd', '😀', '', 1],
  },
  {
    name: 'pattern and length',
    schema: { type: 'string', pattern: '^[a-z]+\\d$', minLength: 3, maxLength: 5 },
    good: ['ab1', 'abcd1'],
    bad: ['a1', 'abcde1', 'abc', 'ab12'],
  },
  {
    name: 'a pattern anywhere in the text',
    schema: { type: 'string', pattern: '[0-9]', maxLength: 4 },
    good: ['1', 'a1', '1abc', 'ab1c'],
    bad: ['', 'abc', 'abcd1'],
  },
  {
    name: 'two patterns at once',
    schema: { type: 'string', allOf: [{ pattern: '^a' }, { pattern: 'z$' }] },
    good: ['az', 'abz'],
    bad: ['a', 'z', 'ab', 'za'],
  },
  {
    name: 'a date',
    schema: { format: 'date', type: 'string' },
    good: ['2024-02-29', '2023-12-31'],
    bad: ['2023-02-29', '2024-13-01', '2024-04-31'],
  },
  {
    name: 'an IPv4 address',
    schema: { format: 'ipv4', type: 'string' },
    good: ['0.0.0.0', '255.249.10.1'],
    bad: ['256.1.1.1', '1.1.1', '01.1.1.1'],
  },
]

test.each(CASES)('$name: good instances are accepted, bad ones refused', expectHeld)

test.each<readonly [string, Uint8Array | string, boolean]>([
  ['short escapes', '"\\"\\\\\\/\\b\\f\\n\\r\\t"', true],
  ['\\u escapes', '"\\u00e9\\uFFFD"', true],
  ['a surrogate pair', '"\\ud83d\\ude00"', true],
  ['a lone high surrogate', '"\\ud83d"', false],
  ['a lone low surrogate', '"\\ude00"', false],
  ['an unknown escape', '"\\x41"', false],
  ['a raw line feed', '"\n"', false],
  ['a raw control character', '"\u0001"', false],
  ['raw UTF-8', '"é€😀"', true],
  ['an overlong sequence', Uint8Array.of(0x22, 0xc0, 0xaf, 0x22), false],
  ['a surrogate as UTF-8', Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22), false],
  ['a sequence cut short', Uint8Array.of(0x22, 0xe2, 0x82, 0x22), false],
  ['a code point beyond Unicode', Uint8Array.of(0x22, 0xf4, 0x90, 0x80, 0x80, 0x22), false],
  ['white space around', ' "a"', false],
])('in a string, %s', (_, text, allowed) => {
  expect(accepts(compileSchema({ type: 'string' }), text)).toBe(allowed)
})
