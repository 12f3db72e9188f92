import { expect, test } from 'vitest'
import {
  meanInterval,
  normalCumulative,
  normalQuantile,
  standardDeviation,
  studentCumulative,
  studentQuantile,
} from './index.ts'

test('SciPy 1.17: norm.cdf and norm.ppf', () => {
  expect(normalCumulative(-3)).toBeCloseTo(0.0013498980316301035, 15)
  expect(normalCumulative(5)).toBeCloseTo(0.9999997133484281, 15)
  expect([normalCumulative(0), normalCumulative(-40), normalCumulative(40)]).toEqual([0.5, 0, 1])
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12)
  expect(normalQuantile(0.01)).toBeCloseTo(-2.3263478740408408, 12)
  for (const p of [0, 1, Number.NaN]) expect(() => normalQuantile(p)).toThrow()
  expect(() => normalCumulative(Number.NaN)).toThrow()
})

test('SciPy 1.17: t.cdf of odd and even degrees', () => {
  expect(studentCumulative(1.5, 1)).toBeCloseTo(0.8128329581890011, 14)
  expect(studentCumulative(1.5, 2)).toBeCloseTo(0.8638034375544994, 14)
  expect(studentCumulative(-2.2, 7)).toBeCloseTo(0.03186550765131839, 14)
  expect(studentCumulative(3.1, 10)).toBeCloseTo(0.9943746713919583, 14)
  expect(studentCumulative(1.3, Number.POSITIVE_INFINITY)).toBe(normalCumulative(1.3))
  for (const degrees of [0, 1.5, -1]) expect(() => studentCumulative(1, degrees)).toThrow()
})

test('SciPy 1.17: t.ppf', () => {
  expect(studentQuantile(0.975, 10)).toBeCloseTo(2.228138851986274, 10)
  expect(studentQuantile(0.99, 1)).toBeCloseTo(31.820515953773935, 10)
  expect(studentQuantile(0.95, 4)).toBeCloseTo(2.1318467863266495, 10)
  expect(studentQuantile(0.00125, 9)).toBeCloseTo(-4.145788828443257, 10)
  expect(studentQuantile(0.5, 3)).toBeCloseTo(0, 12)
  expect(studentQuantile(0.9, Number.POSITIVE_INFINITY)).toBeCloseTo(normalQuantile(0.9), 14)
  for (const p of [0, 1]) expect(() => studentQuantile(p, 3)).toThrow()
})

test('Student’s sleep data, R: t.test(c(1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, .8, 4.6, 1.4)): (0.70, 2.46)', () => {
  const hours = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4]
  const { low = 0, high = 0 } = meanInterval(hours) ?? {}
  expect(low).toBeCloseTo(0.7001142367230174, 10)
  expect(high).toBeCloseTo(2.4598857632769824, 10)
  expect(standardDeviation(hours)).toBeCloseTo(1.2299955, 6)
})

test('one value has no spread', () => {
  expect(meanInterval([3])).toBeUndefined()
  expect(() => standardDeviation([3])).toThrow()
  for (const confidence of [0, 1, -0.5, 1.5, Number.NaN])
    for (const values of [[3], [3, 4]]) expect(() => meanInterval(values, confidence)).toThrow()
  // Two values: mean ± t(.975, 1)·|a − b|/2, t(.975, 1) = 12.7062.
  expect(meanInterval([3, 4])?.high).toBeCloseTo(3.5 + 12.706204736 / 2, 6)
})
