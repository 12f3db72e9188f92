import { expect, test } from 'vitest'
import { createRandom } from '../random.ts'
import { exceedsBeyondDoubt } from './index.ts'

const fill = (n: number, value: number): number[] => Array.from({ length: n }, () => value)

test('eight values above the limit in a row are beyond doubt at 1 %, seven are not', () => {
  // ½·1.5⁸ + ½·2⁸ = 140.8 ≥ 100, and ½·1.5⁷ + ½·2⁷ = 72.5.
  expect(exceedsBeyondDoubt(fill(8, 2), 1)).toBe(8)
  expect(exceedsBeyondDoubt(fill(7, 2), 1)).toBeUndefined()
  expect(exceedsBeyondDoubt(fill(8, Number.POSITIVE_INFINITY), 1)).toBe(8)
})

test('one value below the limit costs evidence but does not end it', () => {
  // The bet of 1 is lost; ½·0.5·1.5ⁿ reaches 100 at n = 15.
  expect(exceedsBeyondDoubt([0, ...fill(30, 2)], 1)).toBe(16)
})

test('values below or at the limit are never evidence', () => {
  expect(exceedsBeyondDoubt(fill(1_000, 1), 1)).toBeUndefined()
  expect(exceedsBeyondDoubt([], 1)).toBeUndefined()
})

test('where half exceed, at most 1 % of runs of 200 looks ever stop', () => {
  const random = createRandom('null hypothesis')
  const trials = 4_000
  let stopped = 0
  for (let trial = 0; trial < trials; trial++) {
    const values = Array.from({ length: 200 }, () => random.integer(0, 1))
    if (exceedsBeyondDoubt(values, 0.5) !== undefined) stopped++
  }
  expect(stopped).toBeGreaterThan(0)
  // Ville bounds it by 1 %; two standard errors of 4,000 trials are 0.3 %.
  expect(stopped / trials).toBeLessThan(0.013)
})

test('where nine in ten exceed, nearly every run of 60 stops', () => {
  const random = createRandom('alternative')
  const runs = Array.from({ length: 300 }, () => Array.from({ length: 60 }, () => random.next()))
  expect(runs.filter((run) => exceedsBeyondDoubt(run, 0.1) !== undefined).length).toBeGreaterThan(285)
})

test('a value or limit that is no number is refused', () => {
  expect(() => exceedsBeyondDoubt([Number.NaN], 1)).toThrow()
  expect(() => exceedsBeyondDoubt([1], Number.NaN)).toThrow()
  expect(() => exceedsBeyondDoubt([1], 1, 0)).toThrow()
})
