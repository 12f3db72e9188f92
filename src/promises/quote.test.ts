import { expect, test } from 'vitest'
import { quote, quoteValue } from './quote.ts'

test('a text in a sentence is escaped and cut', () => {
  expect([quote('a\nb'), quote('abcdef', 3)]).toEqual(['"a\\nb"', '"abc…"'])
})

test('any value in a sentence reads as JSON, and what is not there says so', () => {
  const values = [undefined, null, 'stop', 5, { a: [1] }]
  expect(values.map((value) => quoteValue(value))).toEqual(['absent', 'null', '"stop"', '5', '{"a":[1]}'])
  expect(quoteValue({ long: 'abcdef' }, 8)).toBe('{"long":…')
})
