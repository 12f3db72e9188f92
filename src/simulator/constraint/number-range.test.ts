import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toDecimal } from './decimal.ts'
import { matches } from './dfa.ts'
import { type NumberRange, numberDfa } from './number-range.ts'

const at = (value: number) => ({ value, inclusive: true })
const beyond = (value: number) => ({ value, inclusive: false })

type Case = readonly [name: string, range: NumberRange, allowed: string, forbidden: string]

const CASES: readonly Case[] = [
  [
    '−3.5 to 12',
    { min: at(-3.5), max: at(12), integer: false },
    '-3.5 -3.50 -3.49 -3 -0.1 0 0.0 7.25 12 12.0 11.999',
    '-3.51 -3.6 -4 -10 12.01 12.1 13 100 -0 00 01 1. .5 + - 1e1',
  ],
  [
    '0 to 1, both excluded',
    { min: beyond(0), max: beyond(1), integer: false },
    '0.1 0.5 0.999 0.00001',
    '0 0.0 1 1.0 -0.1 -0.0 2',
  ],
  ['above 0 integers', { min: beyond(0), integer: true }, '1 9 10 123456789012345', '0 -1 1.0 0.5 01'],
  ['−20 to −7', { min: at(-20), max: at(-7), integer: true }, '-7 -8 -19 -20', '-6 -21 -70 -2 0 7 -200'],
  ['0.5 to 2.5 integers', { min: at(0.5), max: at(2.5), integer: true }, '1 2', '0 3 -1 10 1.5'],
  ['up to −1.5', { max: at(-1.5), integer: false }, '-1.5 -1.51 -2 -100', '-1.49 -1 0 1'],
  ['a narrow band', { min: at(1.25), max: at(1.26), integer: false }, '1.25 1.255 1.26', '1.24 1.261 1.3 1'],
  [
    'the exact integers',
    { min: at(9007199254740990), max: at(9007199254740991), integer: true },
    '9007199254740990 9007199254740991',
    '9007199254740989 9007199254740992 90071992547409910',
  ],
  [
    'a maximum beyond what doubles hold',
    { min: at(0), max: at(18446744073709552000), integer: true },
    '0 9007199254740991',
    '9007199254740992 -1',
  ],
  ['tiny bounds', { min: at(1e-7), max: at(2e-7), integer: false }, '0.0000001 0.00000015', '0 0.00000021 1'],
  ['one value only', { min: at(2.5), max: at(2.5), integer: false }, '2.5 2.50', '2 2.4 2.51 3'],
  ['sevens', { min: at(-20), integer: true, multipleOf: 7 }, '-14 -7 0 7 70', '-21 -20 1 8 69'],
  ['all multiples of 1', { integer: false, multipleOf: 1 }, '0 5 -12', '0.5 1.0'],
  ['any integer', { integer: true }, '0 -1 12 -123456789012345', '-0 01 1.0 1e3'],
  ['any number', { integer: false }, '0 -1.5 12 1e3 1.5E-7', '01 1. .1 e1 1e 1e999'],
]

test.each(CASES)('%s: what lies in the range is allowed, the rest is not', (_, range, allowed, forbidden) => {
  const dfa = numberDfa(range)
  expect(allowed.split(' ').filter((text) => !matches(dfa, text))).toEqual([])
  expect(forbidden.split(' ').filter((text) => matches(dfa, text))).toEqual([])
})

const bound = fc.tuple(fc.integer({ min: -30_000, max: 30_000 }), fc.constantFrom(1, 10, 1000), fc.boolean())
const plain = fc
  .tuple(fc.integer({ min: -40_000, max: 40_000 }), fc.constantFrom(1, 10, 100, 1000))
  .map(([value, scale]) => value / scale)

test('any pair of bounds decides as comparing the numbers does', () => {
  const decisions = new Set<boolean>()
  fc.assert(
    fc.property(bound, bound, fc.array(plain, { minLength: 20, maxLength: 20 }), (a, b, values) => {
      const [first, second] = [a, b].map(([value, scale, inclusive]) => ({ value: value / scale, inclusive }))
      if (!first || !second || first.value >= second.value) return true
      const [min, max] = [first, second]
      const dfa = numberDfa({ min, max, integer: false })
      return values.every((value) => {
        const isAbove = min.inclusive ? value >= min.value : value > min.value
        const isInside = isAbove && (max.inclusive ? value <= max.value : value < max.value)
        decisions.add(isInside)
        return matches(dfa, String(value)) === isInside || Object.is(value, -0)
      })
    }),
    { seed: 4, numRuns: 150 },
  )
  expect(decisions.size).toBe(2)
})

test.each<readonly [string, NumberRange]>([
  ['minimum above maximum', { min: at(5), max: at(4), integer: false }],
  ['both bounds excluded and equal', { min: beyond(1), max: beyond(1), integer: false }],
  ['no integer between', { min: at(0.1), max: at(0.9), integer: true }],
  ['no multiple between', { min: at(8), max: at(13), integer: true, multipleOf: 7 }],
  ['a minimum beyond exact integers', { min: at(1e300), integer: false }],
])('%s is refused', (_, range) => {
  expect(() => numberDfa(range)).toThrow(expect.objectContaining({ name: 'ConstraintError' }))
})

test.each([
  [1e21, '1000000000000000000000', ''],
  [1.5e-7, '0', '00000015'],
  [-12.25, '12', '25'],
  [0, '0', ''],
  [1.25e22, '12500000000000000000000', ''],
  [123456.789, '123456', '789'],
])('%d is written out', (value, integer, fraction) => {
  expect(toDecimal(value)).toEqual({ integer, fraction })
})
