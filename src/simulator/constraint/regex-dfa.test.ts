import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matches } from './dfa.ts'
import { compileRegex } from './regex-dfa.ts'

const PATTERNS = [
  'abc',
  'a|bc|',
  '(a+)+b',
  '(a|ab)(c|bcd)(d*)',
  '[a-c]{2,4}',
  '[^a-c]+',
  'a{3}',
  'a{2,}b?',
  '\\d+(\\.\\d{1,2})?',
  '\\w+@\\w+',
  '\\s*x\\S',
  '[\\w-]+',
  '\\W\\D',
  '.{1,3}',
  '^ab?$',
  'é|ü{2}|[à-ö]+',
  '😀|[😀-😂]a',
  'a*?b+?c??',
  '(?<year>\\d{2})-(?:x|y)',
  '\\x41\\u0042\\u{43}',
  '[\\]\\-^]+',
  '[^]{2}',
  '(^a|b)c*(d$|e)',
  '((a|b)*c){0,2}',
]

const alphabet = fc.constantFrom(...'abcdexyABC0129.-@_ \n^]é𝄞😀😁üà')
const anyTexts = fc.string({ unit: alphabet, maxLength: 8 })
/** Any texts, and texts that RegExp itself accepts, so that both answers occur often. */
const textsFor = (pattern: string) =>
  fc.oneof(anyTexts, fc.stringMatching(new RegExp(`^(?:${pattern})$`, 'u')))

/** Texts on which we and RegExp differ, and how many of each answer there were. */
function compare(pattern: string, mode: 'whole' | 'search') {
  const theirs = new RegExp(mode === 'whole' ? `^(?:${pattern})$` : pattern, 'u')
  const ours = compileRegex(pattern, mode)
  const texts = fc.sample(textsFor(pattern), { seed: 1, numRuns: 400 })
  const accepted = texts.filter((text) => matches(ours, text)).length
  return {
    differing: texts.filter((text) => matches(ours, text) !== theirs.test(text)),
    accepted,
    rejected: texts.length - accepted,
  }
}

test.each(PATTERNS)('a whole match of /%s/ agrees with RegExp, both ways', (pattern) => {
  const { differing, accepted, rejected } = compare(pattern, 'whole')
  expect(differing).toEqual([])
  expect(Math.min(accepted, rejected)).toBeGreaterThan(5)
})

test.each(PATTERNS)('a search for /%s/ agrees with RegExp', (pattern) => {
  const { differing, accepted } = compare(pattern, 'search')
  expect(differing).toEqual([])
  expect(accepted).toBeGreaterThan(5)
})

test.each([
  ['(a', 'unclosed ('],
  ['a)', 'unmatched )'],
  ['[a', 'ends too early'],
  ['a**', 'nothing to repeat'],
  ['*a', 'nothing to repeat'],
  ['a{2,1}', 'out of order'],
  ['a{2', 'unclosed {'],
  ['{', 'nothing to repeat'],
  ['[b-a]', 'out of order'],
  ['\\', 'ends too early'],
  ['(?=a)b', 'lookaround'],
  ['(?<!a)b', 'lookaround'],
  ['(?i)a', 'inline flags'],
  ['(a)\\1', 'backreferences'],
  ['\\ba', '\\b is not supported'],
  ['\\p{L}', '\\p is not supported'],
  ['a++', 'possessive'],
  ['^*', 'anchor'],
  ['\\ud800', 'not a Unicode character'],
])('/%s/ is refused: %s', (pattern, why) => {
  expect(() => compileRegex(pattern, 'whole')).toThrow(why)
  expect(() => compileRegex(pattern, 'whole')).toThrow(expect.objectContaining({ name: 'ConstraintError' }))
})

test.each([
  'a{100000}',
  '((a{1000}){1000}){1000}',
  '((((){1000}){1000}){1000}){1000}',
  '(a|b)*a(a|b){16}',
  '(a?){4096}(b?){4096}(c?){4096}',
  '('.repeat(5000),
  'a'.repeat(20_000),
])('pattern %# of the dear ones is refused, not compiled for ever', (pattern) => {
  expect(() => compileRegex(pattern, 'whole')).toThrow(expect.objectContaining({ name: 'ConstraintError' }))
})

test('a pattern that makes backtracking engines hang for ever is matched', () => {
  const dfa = compileRegex('^(a+)+$', 'search')
  expect(matches(dfa, `${'a'.repeat(100_000)}!`)).toBe(false)
  expect(matches(dfa, 'a'.repeat(100_000))).toBe(true)
})

test.each(['a^b', 'a$b', '[^\\s\\S]'])('/%s/ matches nothing and is refused', (pattern) => {
  expect(() => compileRegex(pattern, 'whole')).toThrow('no text satisfies it')
})
