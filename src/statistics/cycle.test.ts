import { expect, test } from 'vitest'
import { createRandom, normal } from '../random.ts'
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

const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length
const squares = (values: readonly number[]) => values.reduce((sum, one) => sum + one ** 2, 0)

/** By how much a period beats none: n ln(Σ all / Σ left) − (period − 1) ln n, each difference held against the mean of its place. */
function gainOf(values: Float64Array, period: number): number {
  const raw = Array.from(values.subarray(1), (value, i) => value - (values[i] as number))
  const differences = raw.map((one) => one - mean(raw))
  const left = differences.map(
    (one, i) => one - mean(differences.filter((_, j) => j % period === i % period)),
  )
  const n = raw.length
  return n * Math.log(squares(differences) / squares(left)) - (period - 1) * Math.log(n)
}

/** For each place the median of what the values are above the mean of a whole period about them, less the mean of all places. */
function shapeOf(values: Float64Array, period: number): number[] {
  const half = Math.floor(period / 2)
  const places = Array.from({ length: period }, (_, place) => {
    const above: number[] = []
    for (let i = place; i < values.length; i += period) {
      const around = [...values].slice(Math.max(0, i - half), i - half + period)
      if (i >= half && around.length === period) above.push((values[i] as number) - mean(around))
    }
    return above.toSorted((a, b) => a - b)[Math.floor(above.length / 2)] as number
  })
  return places.map((one) => one - mean(places))
}

test('a cycle is taken out where its period beats none by more than 10, of several the best, with its shape', () => {
  const random = createRandom('cycles')
  let found = 0
  for (let drawn = 0; drawn < 80; drawn++) {
    const [n, period] = [random.integer(12, 90), random.integer(2, 9)]
    const shape = Array.from({ length: period }, () => normal(random))
    const size = 0.3 + 2 * random.next()
    const values = Float64Array.from(
      { length: n },
      (_, i) => size * (shape[i % period] as number) + normal(random),
    )
    const periods = Array.from({ length: Math.max(0, Math.floor(n / 6) - 1) }, (_, i) => i + 2)
    const [best] = periods.toSorted((a, b) => gainOf(values, b) - gainOf(values, a))
    const clean = withoutCycle(values)
    if (best === undefined || gainOf(values, best) <= 10) expect(clean).toBe(values)
    else {
      found++
      const known = shapeOf(values, best)
      clean.forEach((one, i) => {
        expect(one).toBeCloseTo((values[i] as number) - (known[i % best] as number), 9)
      })
    }
  }
  expect(found).toBeGreaterThan(20)
  expect(found).toBeLessThan(60)
})

test('a shape without noise leaves its mean; six periods are enough, and one of sixty nights is not too long', () => {
  const shaped = (n: number, period: number) => Float64Array.from({ length: n }, (_, i) => (i % period) ** 2)
  for (const [n, period] of [
    [12, 2],
    [42, 7],
    [365, 60],
  ] as const) {
    const values = shaped(n, period)
    const level = mean([...values.subarray(0, period)])
    withoutCycle(values).forEach((one) => {
      expect(one).toBeCloseTo(level, 9)
    })
  }
  for (const [n, period] of [
    [11, 2],
    [41, 7],
    [600, 61],
  ] as const) {
    const values = shaped(n, period)
    expect(withoutCycle(values)).toBe(values)
  }
})

test('the unit does not matter, nor does a steep trend look like a cycle', () => {
  const clean = withoutCycle(weekly)
  for (const [factor, by] of [
    [1_000, 7],
    [0.001, -7],
  ] as const)
    withoutCycle(weekly.map((value) => factor * value + by)).forEach((one, i) => {
      expect((one - by) / factor).toBeCloseTo(clean[i] as number, 6)
    })
  const steep = Float64Array.from(linearCongruential(200, 5), (value, i) => value + 3 * i)
  expect(withoutCycle(steep)).toBe(steep)
})
