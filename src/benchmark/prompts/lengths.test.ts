import { expect, test } from 'vitest'
import { createRandom } from '../../random.ts'
import { drawLength, parseLengths } from './lengths.ts'

const draw = (text: string, n = 20_000): readonly number[] => {
  const lengths = parseLengths(text, '--input')
  const random = createRandom(3)
  return Array.from({ length: n }, () => drawLength(lengths, random))
}
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const deviation = (values: readonly number[]) => {
  const middle = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)))
}

test('a number is a fixed length, and a range has each of its lengths equally often', () => {
  expect(new Set(draw('128', 100))).toEqual(new Set([128]))
  const values = draw('uniform:64-256')
  expect([Math.min(...values), Math.max(...values)]).toEqual([64, 256])
  expect(Math.abs(mean(values) - 160)).toBeLessThan(2)
})

test('a normal and a lognormal length have the mean and the deviation that were stated', () => {
  for (const text of ['normal:400,50', 'lognormal:400,200']) {
    const values = draw(text)
    const stated = text === 'normal:400,50' ? 50 : 200
    expect(Math.abs(mean(values) / 400 - 1), text).toBeLessThan(0.02)
    expect(Math.abs(deviation(values) / stated - 1), text).toBeLessThan(0.05)
    expect(values.every(Number.isSafeInteger)).toBe(true)
  }
})

test('a spread stays within its bounds, without a heap of lengths at them', () => {
  const values = draw('normal:128,64:64-160')
  expect([Math.min(...values), Math.max(...values)]).toEqual([64, 160])
  expect(values.filter((value) => value === 160).length).toBeLessThan(0.02 * values.length)
  expect(parseLengths('normal:128,32', '--input')).toMatchObject({ low: 1, high: 256 })
})

test.each([
  ['0', 'not between 1 and 10,000,000'],
  ['-5', 'no number of tokens'],
  ['1.5', 'no number of tokens'],
  ['', 'no number of tokens'],
  ['99999999', 'not between 1'],
  ['uniform:256-64', '256 is more than 64'],
  ['uniform:0-64', 'not between 1'],
  ['normal:128', 'no number of tokens'],
  ['normal:128,32:200-300', 'its mean is outside its bounds'],
  ['zipf:2', 'Write N, uniform:64-256'],
])('the length %j is refused', (text, says) => {
  expect(() => parseLengths(text, '--input')).toThrow(says)
  expect(() => parseLengths(text, '--input')).toThrow('--input')
})
