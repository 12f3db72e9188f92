import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../random.ts'
import { locate } from './index.ts'
import { boundRank, signedRankProbabilities } from './signed-rank.ts'

/** Hamilton's depression scale before and after a tranquillizer: Hollander, Wolfe & Chicken, 3rd ed., table 3.1; R: wilcox.test(x, y, paired = TRUE, conf.int = TRUE). */
const [BEFORE, AFTER] = [
  [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3],
  [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29],
]
const DIFFERENCES = (BEFORE ?? []).map((one, i) => one - (AFTER?.[i] ?? 0))

test('the book’s example 3.3 and 3.4: estimate .46, interval (.010, .786) at 96.1 %', () => {
  const { estimate, low, high } = locate(DIFFERENCES, 0.0196)
  expect(estimate).toBeCloseTo(0.46, 12)
  expect(low).toBeCloseTo(0.01, 12)
  expect(high).toBeCloseTo(0.786, 12)
})

test('the ranks of the bounds are those of Wilcoxon’s table at 2.5 % a side (Conover, table A12), one above T', () => {
  const critical = { 6: 0, 7: 2, 8: 3, 9: 5, 10: 8, 15: 25, 20: 52, 25: 89, 30: 137, 40: 264, 50: 434 }
  for (const [n, t] of Object.entries(critical)) expect(boundRank(Number(n), 0.025), n).toBe(t + 1)
  expect(boundRank(5, 0.025)).toBe(0)
  expect(boundRank(10, 0.005)).toBe(4)
})

test('seven values have a bound at 1/128, six at 1/64 and not below it', () => {
  expect(boundRank(7, 0.01)).toBe(1)
  expect(boundRank(6, 1 / 64)).toBe(1)
  expect(locate([1, 2, 3, 4, 5, 6], 0.0156)).toStrictEqual({ estimate: 3.5 })
  expect(locate([1, 2, 3, 4, 5, 6], 1 / 64)).toStrictEqual({ estimate: 3.5, low: 1, high: 6 })
})

test('P(T⁺ = t) of three values by hand, and of sixty adds up to 1', () => {
  expect([...signedRankProbabilities(3)]).toEqual([1, 1, 1, 2, 1, 1, 1].map((ways) => ways / 8))
  expect(signedRankProbabilities(60).reduce((sum, one) => sum + one)).toBeCloseTo(1, 12)
})

test('beyond sixty values the normal approximation goes on where the exact one ends', () => {
  const step = boundRank(61, 0.025) - boundRank(60, 0.025)
  const before = boundRank(60, 0.025) - boundRank(59, 0.025)
  expect(Math.abs(step - before)).toBeLessThanOrEqual(2)
  // By the exact distribution the smallest t with P(T⁺ ≤ t) > .025 is 1,956 of 100 values.
  for (const n of [61, 62, 80, 100, 150])
    for (const tail of [0.05, 0.025]) {
      const probabilities = signedRankProbabilities(n)
      let [exact, below] = [0, probabilities[0] as number]
      while (below <= tail) below += probabilities[++exact] as number
      if (n === 100 && tail === 0.025) expect(exact).toBe(1_956)
      expect(Math.abs(boundRank(n, tail) - exact), `${n}`).toBeLessThanOrEqual(1)
    }
})

test('a shift moves estimate and bounds, a scale stretches them, a mirror swaps them, and the order is nothing', () => {
  const lists = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 7, maxLength: 25 })
  fc.assert(
    fc.property(
      lists,
      fc.integer({ min: -50, max: 50 }),
      fc.integer({ min: 1, max: 8 }),
      (list, by, times) => {
        const { estimate, low = Number.NaN, high = Number.NaN } = locate(list, 0.025)
        expect(locate(list.toReversed(), 0.025)).toEqual({ estimate, low, high })
        const moved = list.map((one) => times * one + by)
        expect(locate(moved, 0.025)).toEqual({
          estimate: times * estimate + by,
          low: times * low + by,
          high: times * high + by,
        })
        const mirrored = locate(
          list.map((one) => 0.5 - one),
          0.025,
        )
        expect(mirrored).toEqual({ estimate: 0.5 - estimate, low: 0.5 - high, high: 0.5 - low })
        expect(low).toBeLessThanOrEqual(estimate)
        expect(estimate).toBeLessThanOrEqual(high)
      },
    ),
    { seed: 3, numRuns: 100 },
  )
})

test('the upper bound is missed no more often than its tail, with ties and zeros too', () => {
  const random = createRandom('bound')
  const missed = (draw: () => number): number => {
    let count = 0
    for (let trial = 0; trial < 2_000; trial++) {
      const { high = Number.POSITIVE_INFINITY } = locate(Array.from({ length: 10 }, draw), 0.05)
      if (high < 0) count++
    }
    return count / 2_000
  }
  // Three standard errors of 2,000 trials at 5 % are 1.5 %.
  expect(missed(() => random.next() - 0.5)).toBeLessThan(0.065)
  expect(missed(() => random.next() - 0.5)).toBeGreaterThan(0.025)
  expect(missed(() => random.integer(-1, 1))).toBeLessThan(0.065)
})

test('nothing, and what is not finite, has no centre', () => {
  for (const values of [[], [Number.NaN], [1, Number.POSITIVE_INFINITY]])
    expect(() => locate(values, 0.025)).toThrow()
  expect(() => locate([1, 2], 0)).toThrow()
  expect(() => locate([1, 2], 0.5)).toThrow()
  expect(locate([4], 0.025)).toEqual({ estimate: 4 })
})
