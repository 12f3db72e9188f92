import { expect, test } from 'vitest'
import { withoutCycle } from './cycle.ts'
import { linearCongruential } from './testing/linear-congruential.ts'

const WEEK = [0, 0, 0, 0, 0, 1, 2]
const weekly = Float64Array.from(
  linearCongruential(98, 7),
  (value, i) => value / 10 + (WEEK[i % 7] as number),
)

test('a week of nights is taken out as statsmodels takes it out', () => {
  const shape = weekly.map((value, i) => value - (withoutCycle(weekly)[i] as number))
  // statsmodels 0.15.0: seasonal_decompose(v, period=7).seasonal[:7], which takes means where this takes medians.
  const known = [-0.42747877, -0.42801047, -0.43014043, -0.43995835, -0.42254561, 0.57405925, 1.57407438]
  known.forEach((one, i) => {
    expect(Math.abs((shape[i] as number) - one)).toBeLessThan(0.02)
  })
})

test('what has no cycle, or too few of them, is handed back as it is', () => {
  const noise = Float64Array.from(linearCongruential(365, 3))
  expect(withoutCycle(noise)).toBe(noise)
  const short = weekly.subarray(0, 40)
  expect(withoutCycle(short)).toBe(short)
  for (const flat of [new Float64Array(0), new Float64Array(1), new Float64Array(60).fill(3)])
    expect(withoutCycle(flat)).toBe(flat)
})

test('a step and a trend are no cycle', () => {
  const moved = Float64Array.from(
    linearCongruential(365, 9),
    (value, i) => value + (i > 200 ? 5 : 0) + i / 20,
  )
  expect(withoutCycle(moved)).toBe(moved)
})

test('a level that moved is kept where a cycle is taken out', () => {
  const moved = weekly.map((value, i) => value + (i >= 50 ? 3 : 0))
  const clean = withoutCycle(moved)
  const level = (from: number, to: number) =>
    clean.subarray(from, to).reduce((sum, one) => sum + one, 0) / (to - from)
  expect(level(50, 98) - level(0, 50)).toBeCloseTo(3, 1)
})
