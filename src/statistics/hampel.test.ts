import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clipOutliers } from './hampel.ts'

const clip = (values: readonly number[], options = {}) => [
  ...clipOutliers(Float64Array.from(values), options),
]

test('an outlier is pulled to median ± 3 · 1.4826 · MAD by hand, the rest is kept', () => {
  // The window of 100 is 3 1 2 100 1 3 2: median 2, deviations 1 1 0 98 1 1 0, MAD 1; all windows have MAD 1.
  const values = [1, 3, 1, 2, 100, 1, 3, 2, 1, 3]
  expect(clip(values)).toEqual(values.with(4, 2 + 3 * 1.482602218505602))
})

test('a level that holds for four values is kept, three at the end are not yet one', () => {
  const wave = (i: number) => [0, 1, 0, -1][i % 4] as number
  const level = (from: number) => Array.from({ length: 40 }, (_, i) => wave(i) + (i >= from ? 50 : 0))
  expect(clip(level(36))).toEqual(level(36))
  expect(Math.max(...clip(level(37)))).toBeLessThan(10)
})

test('where most values are equal nothing is an outlier, and fewer than a window are left alone', () => {
  const flat = Array.from({ length: 20 }, (_, i) => (i === 9 ? 5 : 1))
  expect(clip(flat)).toEqual(flat)
  expect(clip([1, 2, 99])).toEqual([1, 2, 99])
  expect(clip([1, 2, 1, 3, 2, 99])).toEqual([1, 2, 1, 3, 2, 99])
  // Seven are one window: median 2, deviations 1 0 1 1 0 97 0, of them MAD 1.
  expect(clip([1, 2, 1, 3, 2, 99, 2])).toEqual([1, 2, 1, 3, 2, 2 + 3 * 1.482602218505602, 2])
})

test('it follows shift, scale and reversal, and never leaves the range', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 7, maxLength: 40 }), (values) => {
      const once = clip(values)
      const near = (other: readonly number[]) =>
        other.forEach((one, i) => {
          expect(one).toBeCloseTo(once[i] as number, 9)
        })
      near(clip(values.map((value) => 4 * value + 1024)).map((value) => (value - 1024) / 4))
      near(clip(values.toReversed()).reverse())
      near(clip(values.map((value) => -value)).map((value) => -value))
      // What is clipped lies between the value and its neighbours: never beyond what there is.
      for (const one of once) {
        expect(one).toBeGreaterThanOrEqual(Math.min(...values))
        expect(one).toBeLessThanOrEqual(Math.max(...values))
      }
    }),
    { seed: 12, numRuns: 200 },
  )
})
