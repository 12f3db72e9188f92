import { expect, test } from 'vitest'
import { detectableRate, rateInterval, rateUpperBound } from './index.ts'

test('Clopper-Pearson agrees with R: binom.test(2, 30), (0, 30), (10, 10)', () => {
  expect(rateInterval(2, 30).low).toBeCloseTo(0.008178, 6)
  expect(rateInterval(2, 30).high).toBeCloseTo(0.220735, 6)
  expect(rateInterval(0, 30).low).toBe(0)
  expect(rateInterval(0, 30).high).toBeCloseTo(1 - 0.025 ** (1 / 30), 10)
  expect(rateInterval(10, 10).low).toBeCloseTo(0.6915029, 6)
  expect(rateInterval(10, 10).high).toBe(1)
  expect(rateInterval(0, 30, 0.9).high).toBeCloseTo(1 - 0.05 ** (1 / 30), 10)
})

test('no event in n bounds the rate near 3/n', () => {
  expect(rateUpperBound(0, 30)).toBeCloseTo(detectableRate(30), 10)
  expect(rateUpperBound(0, 1_000)).toBeCloseTo(0.00299, 5)
  expect(Math.abs(rateUpperBound(0, 10_000) * 10_000 - 3)).toBeLessThan(0.01)
  expect(rateUpperBound(3, 3)).toBe(1)
})

test('n clean observations find the rate that would have shown in 95 of 100 runs', () => {
  expect(detectableRate(1)).toBeCloseTo(0.95, 12)
  expect(detectableRate(100)).toBeCloseTo(0.029513, 6)
  expect(1 - (1 - detectableRate(59)) ** 59).toBeCloseTo(0.95, 12)
})

test('counts that cannot be are refused', () => {
  for (const [events, n] of [
    [0, 0],
    [2, 1],
    [-1, 4],
    [Number.NaN, 4],
    [0.5, 4],
  ] as const) {
    expect(() => rateInterval(events, n)).toThrow()
    expect(() => rateUpperBound(events, n)).toThrow()
  }
  for (const confidence of [0, 1, -0.1, 1.1, Number.NaN]) {
    expect(() => rateInterval(1, 4, confidence)).toThrow()
    expect(() => rateUpperBound(1, 4, confidence)).toThrow()
  }
  for (const n of [0, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) expect(() => detectableRate(n)).toThrow()
})
