import { expect, test } from 'vitest'
import { effectiveCount, medianInterval, serialCorrelation } from './autocorrelation.ts'
import { quantileInterval } from './index.ts'
import { answerTimes } from './testing/simulated-answers.ts'

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1)

test('thirty values with AR(1) 0.8 are worth 4.2, independent ones thirty, equal ones one', () => {
  expect(effectiveCount(30, 0.8)).toBeCloseTo(1 + 29 / 9, 12)
  expect([effectiveCount(30, 0), effectiveCount(30, 1), effectiveCount(1, 0.8)]).toEqual([30, 1, 1])
  expect(() => effectiveCount(0, 0.5)).toThrow()
  for (const correlation of [-0.1, 1.1, Number.NaN]) expect(() => effectiveCount(30, correlation)).toThrow()
})

test('the correlation of six ranks by hand: r = 1.75 / 17.5, freed of its bias (6 r + 1) / 2', () => {
  expect(serialCorrelation([1, 3, 2, 5, 4, 6])).toBeCloseTo(0.8, 12)
  // Of five: r = 4 / 10, (5 r + 1) / 1 is more than can be.
  expect(serialCorrelation([1, 2, 3, 4, 5])).toBe(1)
  // Ranks alone count: the same order with other distances.
  expect(serialCorrelation([10, 12, 11, 9_000, 13, 9_001])).toBeCloseTo(0.8, 12)
})

test('a drift is as correlated as can be, equal values and alternating ones are not at all', () => {
  expect(serialCorrelation(range(30))).toBe(1)
  expect(serialCorrelation(range(30).map(() => 5))).toBe(0)
  expect(serialCorrelation(range(30).map((i) => i % 2))).toBe(0)
  expect(serialCorrelation([1, 2, 3, 4])).toBe(0)
})

test('of ties each has the mean of their ranks', () => {
  // Offsets −2.5 −1 1 −1 1 2.5: r = (2.5 − 1 − 1 − 1 + 2.5) / 16.5.
  expect(serialCorrelation([1, 2, 3, 2, 3, 4])).toBeCloseTo((6 * (2 / 16.5) + 1) / 2, 12)
})

test('independent values have the interval of the sign test, drifting ones none', () => {
  const mixed = range(30).map((i) => (7 * i) % 31)
  expect(medianInterval(mixed)).toEqual(quantileInterval(mixed, 0.5))
  expect(medianInterval(range(30))).toBeUndefined()
  expect(medianInterval([])).toBeUndefined()
})

// At 0.9 it is 7.3 %.
test.each([0, 0.8])('at AR(1) %d at most 6 % of intervals of 60 answers miss the median', (correlation) => {
  const drawn = answerTimes({ series: 4_000, answers: 60, correlation, seed: 'coverage' })
  const missed = drawn.filter((times) => {
    const interval = medianInterval([...times])
    return interval && (interval.low > 1 || interval.high < 1)
  })
  expect(missed.length / drawn.length).toBeLessThan(0.06)
})
