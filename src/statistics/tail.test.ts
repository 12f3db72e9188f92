import { expect, test } from 'vitest'
import { createRandom } from '../random.ts'
import { quantileInterval, tailCount, tailInterval } from './index.ts'

const drawn = (n: number, seed: string): number[] => {
  const random = createRandom(seed)
  return Array.from({ length: n }, () => random.next())
}

test('slow values that lie apart count each, those beside each other count as one', () => {
  const apart = Array.from({ length: 400 }, (_, i) => (i % 100 === 50 ? 1_000 + i : i % 7))
  const together = Array.from({ length: 400 }, (_, i) => (i >= 200 && i < 204 ? 1_000 + i : i % 7))
  expect(tailCount(apart, 0.99)).toBe(400)
  expect(tailCount(together, 0.99)).toBe(100)
  expect(tailInterval(apart, 0.99)).toEqual(quantileInterval(apart, 0.99))
  expect(tailInterval(together, 0.99)).toBeUndefined()
})

test('equal values have no tail, and count each', () => {
  expect(tailCount(Array(300).fill(5), 0.9)).toBe(300)
})

test('of 400 series of independent values about 95 % have the p90 inside their interval', () => {
  const covered = Array.from({ length: 400 }, (_, i) => tailInterval(drawn(300, `tail ${i}`), 0.9)).filter(
    (interval) => interval && interval.low <= 0.9 && interval.high >= 0.9,
  )
  expect(covered.length / 400).toBeGreaterThanOrEqual(0.93)
})

test('where values come in fives, the plain interval of the p90 misses it often and this one seldom', () => {
  const held = { plain: 0, clustered: 0 }
  const series = 120
  for (let i = 0; i < series; i++) {
    const values = drawn(60, `fives ${i}`).flatMap((value) => Array<number>(5).fill(value))
    const holds = (interval = { low: 2, high: 2 }) => interval.low <= 0.9 && interval.high >= 0.9
    if (holds(quantileInterval(values, 0.9))) held.plain++
    if (holds(tailInterval(values, 0.9))) held.clustered++
  }
  expect(held.plain / series).toBeLessThan(0.8)
  expect(held.clustered / series).toBeGreaterThan(0.92)
})
