import { expect, test } from 'vitest'
import { holm } from './index.ts'

test('R: p.adjust(c(.01, .04, .03, .005), "holm") is .03, .06, .06, .02', () => {
  const adjusted = holm([0.01, 0.04, 0.03, 0.005])
  for (const [i, p] of [0.03, 0.06, 0.06, 0.02].entries()) expect(adjusted[i]).toBeCloseTo(p, 12)
})

test('no p grows beyond 1, one alone is kept, and none are none', () => {
  expect(holm([0.6, 0.9])).toEqual([1, 1])
  expect(holm([0.2])).toEqual([0.2])
  expect(holm([])).toEqual([])
  expect(holm([1, 0])).toEqual([1, 0])
  for (const p of [-0.1, 1.1, Number.NaN]) expect(() => holm([p])).toThrow()
})
