import { expect, test } from 'vitest'
import { weighLost } from './own-markers.ts'
import { chanceOfLost } from './testing/lost-chance.ts'

test('a model that repeats no markers is known after three, one that always does after eleven', () => {
  expect(weighLost([false, false, false])).toBe('never held')
  expect(weighLost(Array(10).fill(true))).toBeUndefined()
  expect(weighLost(Array(11).fill(true))).toBe('lost')
})

test('a healthy service fails in at most one of ten thousand runs, a broken one of a model that mostly repeats is seen', () => {
  expect(chanceOfLost(0.34)).toBeLessThan(1e-4)
  expect(chanceOfLost(0.85)).toBeGreaterThan(0.9)
})
