import fc from 'fast-check'
import { expect, test } from 'vitest'
import { conditionalBinomial, failsMoreInPairs, failsMoreInStarts } from './index.ts'

const of = (failed: number, asked: number) => ({ failed, asked })

test('SciPy 1.17: binomtest(c, b + c, n_c/(n_b + n_c), alternative="greater")', () => {
  expect(conditionalBinomial(of(1, 100), of(9, 120))).toBeCloseTo(0.021758173167980656, 14)
  expect(conditionalBinomial(of(0, 50), of(5, 50))).toBeCloseTo(0.03125, 14)
  expect(conditionalBinomial(of(5, 1_000), of(12, 300))).toBeCloseTo(4.280205631597113e-5, 17)
})

test('a candidate without failures shows nothing, one whose every request fails all', () => {
  expect(conditionalBinomial(of(0, 10), of(0, 10))).toBe(1)
  expect(conditionalBinomial(of(7, 10), of(0, 10))).toBe(1)
  expect(conditionalBinomial(of(0, 500), of(500, 500))).toBeLessThan(1e-100)
  for (const counts of [of(3, 2), of(-1, 2), of(0, 0)])
    expect(() => conditionalBinomial(counts, of(0, 1))).toThrow()
})

test('more failures of the candidate never make p larger, more of the baseline never smaller', () => {
  const count = fc.integer({ min: 0, max: 60 })
  fc.assert(
    fc.property(count, count, (b, c) => {
      const p = conditionalBinomial(of(b, 100), of(c, 80))
      expect(conditionalBinomial(of(b, 100), of(c + 1, 80))).toBeLessThanOrEqual(p)
      expect(conditionalBinomial(of(b + 1, 100), of(c, 80))).toBeGreaterThanOrEqual(p - 1e-12)
    }),
    { seed: 9, numRuns: 200 },
  )
})

test('starts are shared out as by SciPy 1.17: permutation_test((after, before), mean difference, alternative="greater")', () => {
  const before = [0, 1, 2, 0, 1].map((failed) => of(failed, 100))
  const after = [5, 2, 4, 3, 6].map((failed) => of(failed, 100))
  expect(failsMoreInStarts(before, after)).toBeCloseTo(0.007936507936507936, 12)
})

test('failures that all come from one start are one observation, however many they are', () => {
  const clean = Array.from({ length: 5 }, () => of(0, 100))
  const [, ...rest] = clean
  expect(conditionalBinomial(of(0, 500), of(60, 500))).toBeLessThan(1e-15)
  expect(failsMoreInStarts(clean, [of(60, 100), ...rest])).toBe(0.5)
  expect(failsMoreInPairs([[of(0, 100), of(60, 100)], ...rest.map((one) => [one, one] as const)])).toBe(0.5)
})

test('few failures spread over many pairs are judged by the requests', () => {
  const pairs = Array.from({ length: 12 }, (_, i) => [of(0, 50), of(i < 3 ? 1 : 0, 50)] as const)
  expect(failsMoreInPairs(pairs)).toBeCloseTo(0.125, 12)
  const steady = Array.from({ length: 12 }, () => [of(0, 50), of(1, 50)] as const)
  expect(failsMoreInPairs(steady)).toBeCloseTo(2 ** -12, 12)
})

test('starts that were asked nothing are left out; without any there is nothing to tell', () => {
  expect(failsMoreInPairs([[of(0, 0), of(5, 5)]])).toBe(1)
  expect(failsMoreInPairs([])).toBe(1)
  expect(failsMoreInStarts([], [of(5, 5)])).toBe(1)
  expect(failsMoreInStarts([of(0, 0)], [of(5, 5)])).toBe(1)
})

test('many starts are shared out by chance, near what all ways say', () => {
  const before = Array.from({ length: 11 }, (_, i) => of(10 * (i % 3), 100))
  const after = Array.from({ length: 11 }, (_, i) => of(10 + 10 * (i % 3), 100))
  const p = failsMoreInStarts(before, after)
  expect(failsMoreInStarts(before, after)).toBe(p)
  // All 705,432 ways: 0.01107. The standard error of 9,999 drawn ones is 0.001.
  expect(Math.abs(p - 0.01107)).toBeLessThan(0.003)
})

test('all ways of ten starts and ten are looked at, of eleven and eleven 9,999 and the observed one', () => {
  const starts = (count: number, failed: number) => Array.from({ length: count }, () => of(failed, 100))
  // 20 over 10 is 184,756; 22 over 11 is 705,432.
  expect(failsMoreInStarts(starts(10, 0), starts(10, 9))).toBe(1 / 184_756)
  expect(failsMoreInStarts(starts(11, 0), starts(11, 9))).toBe(1 / 10_000)
  expect(failsMoreInStarts(starts(11, 9), starts(11, 0))).toBe(1)
})

test('a start counts by its rate, however many requests it was asked', () => {
  expect(failsMoreInStarts([of(1, 1_000), of(2, 100)], [of(30, 1_000), of(1, 10)])).toBeCloseTo(1 / 6, 12)
})

test('a baseline that fails in most pairs outweighs one bad start of the candidate', () => {
  const steady = Array.from({ length: 9 }, () => [of(5, 100), of(0, 100)] as const)
  const pairs = [[of(0, 100), of(90, 100)] as const, ...steady]
  expect(conditionalBinomial(of(45, 1_000), of(90, 1_000))).toBeLessThan(0.001)
  // 0.9 is held at twice the median size, 0.1: of 1,024 flips ten come below 0.1 − 9 · 0.05.
  expect(failsMoreInPairs(pairs)).toBeCloseTo(1_014 / 1_024, 12)
  expect(failsMoreInPairs([...pairs, [of(3, 100), of(0, 0)]])).toBeCloseTo(1_014 / 1_024, 12)
})
