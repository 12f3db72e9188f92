import { expect, test } from 'vitest'
import { createRandom, normal } from '../random.ts'
import { normalQuantile, standardDeviation, studentCumulative } from './index.ts'
import { sequentialStarts } from './sequential-change.ts'
import { linearCongruential } from './testing/linear-congruential.ts'

test('the place that exact scores give, and the moment at which they say so', () => {
  const values = Float64Array.from(linearCongruential(25, 4), (value, i) => value + (i >= 14 ? 1.2 : 0))
  // scipy: norm.ppf(t.cdf((v[j] − mean) / sd · √(seen / (seen + 1)), seen − 1)); the sums reach 8 at value 18, since 12.
  expect(sequentialStarts(values, 8)).toEqual([12])
  expect(sequentialStarts(values.subarray(0, 19), 8)).toEqual([12])
  expect(sequentialStarts(values.subarray(0, 18), 8)).toEqual([])
})

/** The highest that the sum upwards gets with exact scores, each value held against those before it. */
function peakOf(values: readonly number[]): number {
  let [sum, peak] = [0, 0]
  for (const [seen, value] of values.entries()) {
    if (seen < 5) continue
    const learnt = values.slice(0, seen)
    const mean = learnt.reduce((total, one) => total + one, 0) / seen
    const t = (value - mean) / (standardDeviation(learnt) * Math.sqrt(1 + 1 / seen))
    sum = Math.max(0, sum + normalQuantile(studentCumulative(t, seen - 1)) - 0.5)
    peak = Math.max(peak, sum)
  }
  return peak
}

const isMoved = (values: readonly number[], border: number) =>
  sequentialStarts(Float64Array.from(values), border).length > 0

test.each([
  [[3, 1, 2, 5, 4, 8]],
  [[3, 1, 2, 5, 4, 10]],
  [[3, 1, 2, 5, 4, 2, 9]],
  [[3, 1, 2, 5, 4, 7, 8]],
  [[3, 1, 2, 5, 4, 2, 2, 3, 7, 9]],
])('the sum of %j is that of exact scores, within the 0.02 a value that Wallace says', (values) => {
  const [peak, scored] = [peakOf(values), values.length - 5]
  expect(peak).toBeGreaterThan(0.5)
  expect(isMoved(values, peak - 0.02 * scored)).toBe(true)
  expect(isMoved(values, peak + 0.02 * scored)).toBe(false)
})

test('the first five values of a segment only teach what is usual, however far apart they are', () => {
  expect(isMoved([0, 1, 0, 1, 100], 0.5)).toBe(false)
  expect(isMoved([0, 1, 0, 1, 0, 100], 0.5)).toBe(true)
  // No deviation, so nothing to hold a value against.
  expect(isMoved([3, 3, 3, 3, 3, 9], 0.5)).toBe(false)
})

test('up and down again are two moves, each at the value with which it begins', () => {
  const wave = (i: number) => [0, 1, 0.2, 0.8, 0.5][i % 5] as number
  const values = Float64Array.from({ length: 40 }, (_, i) => wave(i) + (i >= 15 && i < 30 ? 9 : 0))
  expect(sequentialStarts(values, 5)).toEqual([15, 30])
})

test('of 500 quiet months fewer than 1 % show a change, of those that move by 3.3 deviations most do', () => {
  const months = Array.from({ length: 500 }, (_, i) => {
    const random = createRandom(`month ${i}`)
    return Float64Array.from({ length: 29 }, () => normal(random))
  })
  const share = (all: readonly Float64Array[]) =>
    all.filter((one) => sequentialStarts(one, 8).length > 0).length / all.length
  expect(share(months)).toBeLessThan(0.01)
  expect(share(months.map((one) => one.map((value, i) => (i >= 15 ? value + 3.3 : value))))).toBeGreaterThan(
    0.9,
  )
})

test('downwards as upwards, and nothing where nothing varies', () => {
  const values = Float64Array.from(linearCongruential(25, 4), (value, i) => value + (i >= 14 ? 1.2 : 0))
  expect(
    sequentialStarts(
      values.map((value) => -value),
      8,
    ),
  ).toEqual(sequentialStarts(values, 8))
  expect(sequentialStarts(new Float64Array(20).fill(3), 8)).toEqual([])
})
