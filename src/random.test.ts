import { expect, test } from 'vitest'
import { createRandom, exponential, gamma, normal, type Random, uniform } from './random.ts'

test('equal seeds give equal streams, other seeds others', () => {
  const draw = (seed: number) => Array.from({ length: 50 }, createRandom(seed).next)
  expect(draw(7)).toEqual(draw(7))
  expect(draw(7)).not.toEqual(draw(8))
})

test('integers are uniform over both ends', () => {
  const random = createRandom('uniform')
  const counts = new Array(6).fill(0)
  for (let i = 0; i < 60_000; i++) counts[random.integer(0, 5)]++
  // 60,000 draws over 6 cells: the standard deviation of a cell is 91, so 5 of them.
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(460)
})

const many = (count: number, draw: (random: Random) => number, seed: string): number[] => {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => draw(random))
}

/** Mean and variance, and the share at or below a bound. */
function describe(values: readonly number[]) {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length
  return { mean, variance, upTo: (bound: number) => values.filter((x) => x <= bound).length / values.length }
}

/** Largest distance of the empirical distribution from the stated one (Kolmogorov–Smirnov), times √n: above 1.95 once in 1,000. */
function distance(values: readonly number[], cdf: (x: number) => number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const gaps = sorted.map((x, i) => Math.max(cdf(x) - i / sorted.length, (i + 1) / sorted.length - cdf(x)))
  return Math.max(...gaps) * Math.sqrt(sorted.length)
}

test('a draw between 0 and 1 is never 0 and never 1, also where the generator says its ends', () => {
  const ends = (value: number) => uniform({ ...createRandom(0), next: () => value })
  expect(ends(0)).toBe(2 ** -53)
  expect(ends(1 - 2 ** -32)).toBe(1 - 2 ** -53)
})

test('the exponential is minus the logarithm of a uniform draw', () => {
  const random = createRandom('logarithm')
  for (const drawn of many(2_000, exponential, 'logarithm'))
    expect(Math.abs(drawn / -Math.log(uniform(random)) - 1)).toBeLessThan(1e-15)
})

test('exponential and gamma draws have their distributions', () => {
  expect(distance(many(20_000, exponential, 'e'), (x) => 1 - Math.exp(-x))).toBeLessThan(1.95)
  const erlang = (x: number) => 1 - Math.exp(-x) * (1 + x)
  expect(
    distance(
      many(20_000, (random) => gamma(random, 2), 'g'),
      erlang,
    ),
  ).toBeLessThan(1.95)
})

test('normal draws have mean 0, variance 1 and the table of the normal distribution', () => {
  const { mean, variance, upTo } = describe(many(40_000, normal, 'n'))
  // Four standard errors: 1/200 of the mean, √2/200 of the variance, at most 1/400 of a share.
  expect(Math.abs(mean)).toBeLessThan(0.02)
  expect(Math.abs(variance - 1)).toBeLessThan(0.03)
  for (const [bound, share] of [
    [-1.2816, 0.1],
    [0, 0.5],
    [1.6449, 0.95],
  ] as const)
    expect(Math.abs(upTo(bound) - share)).toBeLessThan(0.01)
})

test.each([
  // Twice a gamma draw is chi-squared with 2 × shape degrees of freedom: its published 10 %, 50 % and 90 % points.
  [0.5, 0.0158, 0.4549, 2.7055],
  [1.5, 0.5844, 2.366, 6.2514],
  [4, 3.4895, 7.3441, 13.3616],
])('gamma draws of shape %f agree with the chi-squared table', (shape, low, middle, high) => {
  const drawn = describe(many(40_000, (random) => gamma(random, shape), `gamma ${shape}`))
  expect(Math.abs(drawn.upTo(low / 2) - 0.1)).toBeLessThan(0.006)
  expect(Math.abs(drawn.upTo(middle / 2) - 0.5)).toBeLessThan(0.01)
  expect(Math.abs(drawn.upTo(high / 2) - 0.9)).toBeLessThan(0.006)
})

test.each([0.01, 0.1, 0.3, 1, 20])('gamma draws of shape %f have mean and variance equal to it', (shape) => {
  const n = 40_000
  const { mean, variance } = describe(many(n, (random) => gamma(random, shape), `moments ${shape}`))
  expect(Math.abs(mean / shape - 1)).toBeLessThan(4 / Math.sqrt(shape * n))
  // The relative variance of a sample variance is (kurtosis − 1) / n, the kurtosis of a gamma distribution 3 + 6 / shape.
  expect(Math.abs(variance / shape - 1)).toBeLessThan(4 * Math.sqrt((2 + 6 / shape) / n))
})

test('the draws of a seed are the same on every machine, to the last bit', () => {
  const first = (draw: (random: Random) => number) => draw(createRandom(7))
  expect(first(exponential)).toBe(0.9054340887053512)
  expect(first(normal)).toBe(-0.9011683089504229)
  expect(first((random) => gamma(random, 2))).toBe(0.7529691598037611)
  expect(first((random) => gamma(random, 0.5))).toBe(0.0682179584204153)
})
