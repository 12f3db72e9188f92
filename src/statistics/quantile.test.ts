import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../random.ts'
import {
  median,
  minimumForUpperBound,
  quantile,
  quantileInterval,
  quantileIntervals,
  quantiles,
} from './index.ts'

test('type 7 agrees with R: quantile(1:10, c(.25, .5, .9, .99))', () => {
  const values = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]
  expect([0.25, 0.5, 0.9, 0.99].map((p) => quantile(values, p))).toEqual([3.25, 5.5, 9.1, 9.91])
})

test('several quantiles of the same values are each what one alone is', () => {
  const values = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]
  expect(quantiles(values, [0.25, 0.5, 0.9, 0.99])).toEqual([3.25, 5.5, 9.1, 9.91])
  expect(() => quantiles(values, [0.5, 1.5])).toThrow()
  expect(quantileIntervals(values, [0.5, 0.99])).toEqual([quantileInterval(values, 0.5), undefined])
})

test('type 7 agrees with R on unequal gaps: quantile(c(1, 2, 4, 8), .4) is 2.4', () => {
  expect(quantile([8, 1, 4, 2], 0.4)).toBeCloseTo(2.4, 12)
  expect(median([5])).toBe(5)
  expect([quantile([3, 1], 0), quantile([3, 1], 1)]).toEqual([1, 3])
})

test('a quantile stays inside the data and does not depend on its order', () => {
  const values = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1 })
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (list, p) => {
      const value = quantile(list, p)
      expect(value).toBe(quantile(list.toReversed(), p))
      expect(value).toBeGreaterThanOrEqual(Math.min(...list))
      expect(value).toBeLessThanOrEqual(Math.max(...list))
    }),
    { seed: 7, numRuns: 200 },
  )
})

test('nothing, NaN and infinity have no quantile', () => {
  for (const values of [[], [1, Number.NaN], [Number.POSITIVE_INFINITY]])
    for (const of of [() => median(values), () => quantileInterval(values, 0.5)]) expect(of).toThrow()
  for (const p of [-0.5, 1.5, Number.NaN]) expect(() => quantile([1], p)).toThrow()
})

test('the median interval takes the ranks of the sign-test tables: (2, 9) of 10, (10, 21) of 30', () => {
  // Conover, Practical Nonparametric Statistics, 3rd ed., §3.2; coverage 97.9 % and 95.7 %.
  const ranks = (n: number) => quantileInterval(range(n), 0.5)
  expect(ranks(10)).toEqual({ low: 2, high: 9 })
  expect(ranks(30)).toEqual({ low: 10, high: 21 })
  expect(ranks(6)).toEqual({ low: 1, high: 6 })
  expect(ranks(5)).toBeUndefined()
  expect(ranks(1)).toBeUndefined()
})

test('the p99 interval exists from 299 values on, the p90 interval from 29', () => {
  expect(quantileInterval(range(298), 0.99)).toBeUndefined()
  expect(quantileInterval(range(299), 0.99)?.high).toBe(299)
  expect(quantileInterval(range(28), 0.9)).toBeUndefined()
  expect(quantileInterval(range(29), 0.9)?.high).toBe(29)
})

test('ranks of an effective count are stretched over all values, outwards', () => {
  // Of ten values (2, 9), so of twenty worth ten ⌊2 · 21/11⌋ and ⌈9 · 21/11⌉.
  expect(quantileInterval(range(20), 0.5, { effective: 10.9 })).toEqual({ low: 3, high: 18 })
  expect(quantileInterval(range(20), 0.5, { effective: 99 })).toEqual(quantileInterval(range(20), 0.5))
  expect(quantileInterval(range(20), 0.5, { effective: 5.9 })).toBeUndefined()
})

/** P(l ≤ B ≤ u − 1) of every pair l < u by the binomial coefficients themselves; the closest pair, of equally close ones the best covered. */
function closestPair(n: number, p: number, confidence: number) {
  const probabilities = [(1 - p) ** n]
  for (let k = 0; k < n; k++)
    probabilities.push(((probabilities[k] as number) * (n - k) * p) / (k + 1) / (1 - p))
  const pairs = range(n).flatMap((low) =>
    range(n)
      .filter((high) => high > low)
      .map((high) => ({
        low,
        high,
        covered: probabilities.slice(low, high).reduce((sum, one) => sum + one, 0),
      })),
  )
  const [best] = pairs
    .filter(({ covered }) => covered >= confidence)
    .toSorted((a, b) => a.high - a.low - (b.high - b.low) || b.covered - a.covered)
  return best && { low: best.low, high: best.high }
}

test('of all pairs of ranks that cover enough it is the closest, and of those the best covered', () => {
  for (const p of [0.03, 0.1, 0.3, 0.45, 0.75, 0.9])
    for (const confidence of [0.5, 0.8, 0.95, 0.99])
      for (const n of [1, 2, 3, 7, 12, 25, 40, 60])
        expect(quantileInterval(range(n), p, { confidence }), `${n} ${p} ${confidence}`).toEqual(
          closestPair(n, p, confidence),
        )
})

test('the least and the greatest value that can be have no interval, nor has certainty', () => {
  for (const p of [0, 1]) expect(quantileInterval(range(50), p)).toBeUndefined()
  expect(quantileInterval(range(50), 0.5, { confidence: 1 })).toBeUndefined()
  for (const confidence of [-0.1, 1.1, Number.NaN])
    expect(() => quantileInterval(range(50), 0.5, { confidence })).toThrow()
  for (const p of [-0.1, 1.1, Number.NaN]) expect(() => quantileInterval(range(50), p)).toThrow()
})

test('the interval covers the true quantile at least as often as it says', () => {
  const random = createRandom('coverage')
  for (const [n, p] of [
    [30, 0.5],
    [40, 0.9],
  ] as const) {
    let covered = 0
    for (let trial = 0; trial < 2_000; trial++) {
      const interval = quantileInterval(
        Array.from({ length: n }, () => random.next()),
        p,
      )
      if (interval && interval.low <= p && p <= interval.high) covered++
    }
    // The standard error of 2,000 trials is 0.5 %: three of them below the promise.
    expect(covered / 2_000).toBeGreaterThan(0.935)
  }
})

test('an upper bound of p99 needs 299 values, of p99.9 2,995', () => {
  expect([0.5, 0.9, 0.99, 0.999].map((p) => minimumForUpperBound(p))).toEqual([5, 29, 299, 2_995])
  // 95 % of a population at 99 %, 99 % of it at 99 %: the tables of Wilks's one-sided tolerance limits.
  expect([minimumForUpperBound(0.95, 0.99), minimumForUpperBound(0.99, 0.99)]).toEqual([90, 459])
  for (const p of [0, 1, -0.1, 1.1, Number.NaN]) {
    expect(() => minimumForUpperBound(p)).toThrow()
    expect(() => minimumForUpperBound(0.9, p)).toThrow()
  }
})

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1)
