import { expect, test } from 'vitest'
import { binomialCumulative, binomialProbabilities } from './binomial.ts'

test('the probabilities of four throws by hand, and of none; certain ones have no logarithm', () => {
  binomialProbabilities(4, 0.25).forEach((one, k) => {
    expect(one).toBeCloseTo(([81, 108, 54, 12, 1][k] as number) / 256, 14)
  })
  expect(binomialProbabilities(4, 0.25)).toHaveLength(5)
  expect(binomialProbabilities(4, 0.25, 1)).toHaveLength(2)
  expect(binomialProbabilities(0, 0.25)).toEqual([1])
  expect(binomialProbabilities(3, 0)).toEqual([1, 0, 0, 0])
  expect(binomialProbabilities(3, 1)).toEqual([0, 0, 0, 1])
})

test('the binomial tail agrees with R: pbinom(3, 10, .3), and holds for thousands', () => {
  expect(binomialCumulative(3, 10, 0.3)).toBeCloseTo(0.6496107, 7)
  expect(binomialCumulative(2_994, 2_995, 0.999)).toBeCloseTo(1 - 0.999 ** 2_995, 9)
  expect(binomialCumulative(-1, 10, 0.3)).toBe(0)
  expect([binomialCumulative(0, 4, 0), binomialCumulative(3, 4, 1)]).toEqual([1, 0])
})

test('numbers of throws and probabilities that cannot be are refused', () => {
  for (const n of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => binomialProbabilities(n, 0.5, 1)).toThrow()
  for (const p of [-0.1, 1.1, Number.NaN]) expect(() => binomialProbabilities(4, p)).toThrow()
})
