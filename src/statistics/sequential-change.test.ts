import { expect, test } from 'vitest'
import { createRandom, normal } from '../random.ts'
import { sequentialStarts } from './sequential-change.ts'
import { linearCongruential } from './testing/linear-congruential.ts'

test('the place that exact scores give, and the moment at which they say so', () => {
  const values = Float64Array.from(linearCongruential(25, 4), (value, i) => value + (i >= 14 ? 1.2 : 0))
  // scipy: norm.ppf(t.cdf((v[j] − mean) / sd · √(seen / (seen + 1)), seen − 1)); the sums reach 8 at value 18, since 12.
  expect(sequentialStarts(values, 8)).toEqual([12])
  expect(sequentialStarts(values.subarray(0, 19), 8)).toEqual([12])
  expect(sequentialStarts(values.subarray(0, 18), 8)).toEqual([])
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
