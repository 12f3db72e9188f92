import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom, normal } from '../random.ts'
import { signFlip } from './index.ts'

const CLEAR = [0.05, 0.03, 0.04, -0.02, 0.06, 0.035, 0.045, 0.04]
const NONE = [0.01, -0.02, 0.03, 0.02, -0.01, 0.025, 0.015, -0.02]
const STALLED = [0.2, 0.01, 0.02, -0.01, 0.03, 0.01, 0.9, 0.02]

test('one metric is the permutation test of SciPy 1.17: permutation_test((d,), np.sum, permutation_type="samples", alternative="greater")', () => {
  expect(signFlip([CLEAR])).toEqual([0.0078125])
  expect(signFlip([NONE])).toEqual([0.21875])
})

test('three metrics are the step-down max-T of NumPy: scores clipped at twice the median size, itertools.product([1, -1], repeat=8)', () => {
  expect(signFlip([CLEAR, NONE, STALLED])).toEqual([3 / 256, 56 / 256, 7 / 256])
  expect(signFlip([STALLED, CLEAR, NONE])).toEqual([7 / 256, 3 / 256, 56 / 256])
})

test('n differences above 0 have p = 2⁻ⁿ, all below 0 have 1', () => {
  for (const n of [1, 4, 10, 13]) {
    const values = Array.from({ length: n }, (_, i) => 0.1 + i / 100)
    expect(signFlip([values])).toEqual([2 ** -n])
    expect(signFlip([values.map((one) => -one)])).toEqual([1])
  }
  expect(signFlip([Array.from({ length: 20 }, (_, i) => 0.1 + i / 100)])).toEqual([1 / 10_000])
})

test('differences of 0, no differences and no metrics show nothing', () => {
  expect(signFlip([[0, 0, 0, 0]])).toEqual([1])
  expect(signFlip([[undefined, undefined]])).toEqual([1])
  expect(signFlip([[]])).toEqual([1])
  expect(signFlip([])).toEqual([])
})

test('where most differences are 0 none of the others is held back', () => {
  expect(signFlip([[0, 0, 0, 0, 0.1, 0.2, 0.9]])).toEqual([2 ** -3])
  const [drawn = 0] = signFlip([[...Array(30).fill(0), 1, 1, 1, 1, 1, -1, -1, -1, -1, -1]])
  // P(at least five of ten) = 638 / 1,024; the standard error of 9,999 flips is 0.5 %.
  expect(Math.abs(drawn - 638 / 1_024)).toBeLessThan(0.02)
})

test('a metric that some pairs lack is judged by the others', () => {
  const lacking = [0.05, undefined, 0.04, undefined, 0.06, 0.035, 0.045, 0.04]
  expect(signFlip([lacking])).toEqual([2 ** -6])
  expect(signFlip([lacking, NONE])[0]).toBeGreaterThanOrEqual(2 ** -6)
})

test('a family never makes a p smaller, a scale or the order of pairs changes none', () => {
  const pairs = fc.array(fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -99, max: 99 })), {
    ...{ minLength: 4, maxLength: 9 },
  })
  fc.assert(
    fc.property(pairs, (list) => {
      const [one, other] = [list.map(([a]) => a), list.map(([, b]) => b)]
      const [first = 0, second = 0] = signFlip([one, other])
      expect(first).toBeGreaterThanOrEqual(signFlip([one])[0] ?? 1)
      expect(second).toBeGreaterThanOrEqual(signFlip([other])[0] ?? 1)
      expect(signFlip([one.map((d) => 4 * d), other])).toEqual([first, second])
      expect(signFlip([one.toReversed(), other.toReversed()])).toEqual([first, second])
      expect(signFlip([other, one])).toEqual([second, first])
    }),
    { seed: 5, numRuns: 100 },
  )
})

test('random flips come near all flips, and the same seed gives the same p', () => {
  const random = createRandom('flips')
  const long = Array.from({ length: 14 }, () => 0.3 + normal(random))
  const [drawn = 0] = signFlip([long])
  expect(signFlip([long])).toEqual([drawn])
  // By all 16,384 flips of the same clipped scores.
  const most =
    2 *
    (long
      .map(Math.abs)
      .toSorted((a, b) => a - b)
      .slice(6, 8)
      .reduce((a, b) => a + b) /
      2)
  const scores = long.map((one) => Math.max(-most, Math.min(most, one)))
  const observed = scores.reduce((a, b) => a + b) - 1e-9
  let reached = 0
  for (let flip = 0; flip < 2 ** 14; flip++)
    if (scores.reduce((sum, one, i) => sum + (flip & (1 << i) ? -one : one), 0) >= observed) reached++
  expect(Math.abs(drawn - reached / 2 ** 14)).toBeLessThan(0.015)
})

test('of eight unchanged metrics any is found by chance in no more than the level, whatever their dependence and tails', () => {
  const random = createRandom('family')
  let found = 0
  for (let trial = 0; trial < 400; trial++) {
    const shared = Array.from({ length: 10 }, () => normal(random) / Math.max(0.05, random.next()))
    const family = Array.from({ length: 8 }, () => shared.map((one) => one + normal(random)))
    if (Math.min(...signFlip(family)) <= 0.05) found++
  }
  // 5 % and three standard errors of 400 trials.
  expect(found / 400).toBeLessThan(0.083)
})

test('metrics of different numbers of pairs are a mistake', () => {
  expect(() => signFlip([[1, 2], [1]])).toThrow(/different numbers of pairs/)
})
