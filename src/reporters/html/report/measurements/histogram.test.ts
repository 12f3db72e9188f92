import { expect, test } from 'vitest'
import { createRandom, normal } from '../../../../random.ts'
import { histogramOf } from './histogram.ts'

const random = createRandom(5)
const near = Array.from({ length: 1_000 }, () => 100 + normal(random))
const wide = near.map((value, i) => (i % 100 === 0 ? 40 * value : value))
const counted = (values: readonly number[]) =>
  histogramOf(values).bins.reduce((sum, { count }) => sum + count, 0)

test('every value is in one bin, the largest and those of 0 ms, too', () => {
  for (const values of [near, wide, [0, 0, 5, 900], [3, 3, 3], [7]])
    expect(counted(values)).toBe(values.length)
})

test('a bin counts the values between its ends', () => {
  const { bins, isLog } = histogramOf(near)
  expect(isLog).toBe(false)
  for (const { from, to, count } of bins.slice(0, -1))
    expect(near.filter((value) => value >= from && value < to).length).toBe(count)
})

test('bins are of equal ratios where the largest value is many times the smallest', () => {
  const { bins, isLog } = histogramOf(wide)
  expect(isLog).toBe(true)
  const ratios = bins.map(({ from, to }) => to / from)
  expect(Math.max(...ratios)).toBeCloseTo(Math.min(...ratios), 6)
})

test('more values make more bins, up to 60', () => {
  const of = (n: number) => histogramOf(Array.from({ length: n }, (_, i) => 100 + (i % 97))).bins.length
  expect([of(20), of(1_000), of(100_000)]).toEqual([8, 20, 60])
})
