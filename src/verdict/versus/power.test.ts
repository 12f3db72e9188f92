import { expect, test } from 'vitest'
import { DEFAULT_RULE, powerOf } from '../index.ts'

test('the noisiest metric says how many pairs are needed, and whether the last look has them', () => {
  const power = powerOf(DEFAULT_RULE, { ttftMsP50: 0.02, coldStartMs: 0.2 })
  const [ttft, cold] = power?.metrics ?? []
  expect(ttft).toMatchObject({ metric: 'ttftMsP50', pairsNeeded: 10 })
  expect(cold).toMatchObject({ metric: 'coldStartMs' })
  expect(power).toMatchObject({ pairsNeeded: cold?.pairsNeeded, isReachable: false })
  expect(powerOf(DEFAULT_RULE, { ttftMsP50: 0.02 })?.isReachable).toBe(true)
})

test('half the margin needs about four times the pairs', () => {
  const margins = (ttftMsP50: number) => ({ ...DEFAULT_RULE, margins: { ttftMsP50 } })
  const [wide = 0, narrow = 0] = [0.1, 0.05].map(
    (margin) => powerOf(margins(margin), { ttftMsP50: 0.15 })?.pairsNeeded,
  )
  expect(narrow / wide).toBeGreaterThan(3)
  expect(narrow / wide).toBeLessThan(4.5)
})

test('without noise ten pairs are needed, since nothing can be called worse before, and the smallest change is the margin', () => {
  const power = powerOf(DEFAULT_RULE, { ttftMsP50: 0 })
  expect(power?.pairsNeeded).toBe(10)
  expect(power?.smallestChange).toBeCloseTo(0.05, 10)
})

test('where no spread is known, nothing is told', () => {
  expect(powerOf(DEFAULT_RULE, {})).toBeUndefined()
})
