import { expect, test } from 'vitest'
import { createRandom, normal } from '../random.ts'
import { differencesNeeded, locate, smallestEffect } from './index.ts'

test('near the t test of statsmodels 0.14 over the efficiency 3/π: TTestPower().solve_power(.5, alpha=.05, power=.8, alternative="larger") is 26.1', () => {
  for (const [effect, alpha, power, needed] of [
    [0.5, 0.05, 0.8, 26.1375],
    [1, 0.025, 0.95, 15.0631],
    [1.5, 0.01, 0.9, 8.7054],
  ] as const) {
    const n = differencesNeeded(effect, { sd: 1, alpha, power })
    expect(n).toBeGreaterThanOrEqual(needed)
    expect(n).toBeLessThanOrEqual(needed / (3 / Math.PI) + 1.2)
  }
})

test('so many differences do show it: their bound lies below the margin in 95 of 100', () => {
  const random = createRandom('power')
  const n = differencesNeeded(0.05, { sd: 0.05, alpha: 0.025, power: 0.95 })
  let shown = 0
  for (let trial = 0; trial < 1_000; trial++) {
    const { high = 1 } = locate(
      Array.from({ length: n }, () => 0.05 * normal(random)),
      0.025,
    )
    if (high < 0.05) shown++
  }
  expect(n).toBe(16)
  expect(shown / 1_000).toBeGreaterThan(0.93)
  expect(shown / 1_000).toBeLessThan(0.98)
})

test('the smallest effect is the one that needs just as many', () => {
  const input = { sd: 0.04, alpha: 0.01, power: 0.95 }
  for (const n of [7, 10, 20, 100]) {
    const effect = smallestEffect(n, input)
    expect(differencesNeeded(effect * 1.0001, input)).toBe(n)
    expect(differencesNeeded(effect * 0.999, input)).toBe(n + 1)
  }
  expect(smallestEffect(2, input)).toBe(Number.POSITIVE_INFINITY)
})

test('no effect needs more than there are, no spread the fewest', () => {
  const input = { sd: 0.04, alpha: 0.01, power: 0.95 }
  for (const effect of [0, -1]) expect(differencesNeeded(effect, input)).toBe(Number.POSITIVE_INFINITY)
  expect(differencesNeeded(0.1, { ...input, sd: 0 })).toBe(3)
  expect(differencesNeeded(0, { ...input, sd: 0 })).toBe(Number.POSITIVE_INFINITY)
  expect(smallestEffect(9, { ...input, sd: 0 })).toBe(0)
  for (const sd of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => differencesNeeded(0.1, { ...input, sd })).toThrow()
    expect(() => smallestEffect(9, { ...input, sd })).toThrow()
  }
  expect(() => differencesNeeded(0.1, { ...input, alpha: 0 })).toThrow()
  expect(() => smallestEffect(9, { ...input, power: 1 })).toThrow()
})
