import { expect, test } from 'vitest'
import { createRandom } from '../random.ts'
import { quantileLowerBound } from './tail-bound.ts'

const range = (n: number): readonly number[] => Array.from({ length: n }, (_, index) => index + 1)

test('ranks of the p99 bound are those of the binomial tables: the 2nd largest of 20, the 6th of 200, the 18th of 1,000', () => {
  // P(B ≤ 1 | 20, .01) = .9831; P(B ≤ 5 | 200, .01) = .9840, ≤ 4: .9483; P(B ≤ 17 | 1000, .01) = .9860, ≤ 16: .9730.
  expect([20, 200, 1_000].map((n) => n - (quantileLowerBound(range(n), 0.99) ?? 0))).toEqual([1, 5, 17])
})

test('one outlier bounds nothing, and one value has no bound', () => {
  expect(quantileLowerBound([1, 100], 0.99)).toBe(1)
  expect(quantileLowerBound([100], 0.99)).toBeUndefined()
  expect(quantileLowerBound([], 0.99)).toBeUndefined()
})

test('the order of the values is nothing, and a quantile lies between the least and the greatest value that can be', () => {
  const mixed = range(200).map((index) => (77 * index) % 211)
  const sorted = mixed.toSorted((a, b) => a - b)
  expect(quantileLowerBound(mixed, 0.99)).toBe(sorted[200 - 6])
  for (const p of [0, 1, -0.1, 1.1, Number.NaN]) expect(() => quantileLowerBound(mixed, p)).toThrow()
})

test('more confidence takes a lower rank, and certainty has no bound', () => {
  // P(B ≤ 3 | 200, .01) = .8580, ≤ 4: .9483, ≤ 6: .9957, ≤ 5: .9840.
  const rank = (confidence: number) => 200 - (quantileLowerBound(range(200), 0.99, confidence) ?? Number.NaN)
  expect([0.9, 0.95, 0.99].map(rank)).toEqual([4, 5, 6])
  expect(quantileLowerBound(range(20), 0.5, 1)).toBeUndefined()
})

test('the bound lies above the true quantile in at most 2.5 % of samples', () => {
  const random = createRandom('tail-bound')
  const above = range(2_000).filter(() => {
    const values = range(150).map(() => random.next())
    return (quantileLowerBound(values, 0.99) ?? 0) > 0.99
  })
  expect(above.length / 2_000).toBeLessThanOrEqual(0.035)
})

test('hundreds of thousands of values neither over- nor underflow', () => {
  const bound = quantileLowerBound(range(400_000), 0.99) ?? 0
  expect(bound / 400_000).toBeGreaterThan(0.9895)
  expect(bound / 400_000).toBeLessThan(0.99)
})
