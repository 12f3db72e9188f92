import { expect, test } from 'vitest'
import { createRandom, normal } from '../random.ts'
import { longRunVariance, longRunVarianceOfDifferences } from './long-run-variance.ts'
import { linearCongruential } from './testing/linear-congruential.ts'

/** AR(1) noise of variance 1. */
function autoregressive(n: number, correlation: number, seed: string): Float64Array {
  const random = createRandom(seed)
  let last = normal(random)
  return Float64Array.from({ length: n }, () => {
    last = correlation * last + Math.sqrt(1 - correlation ** 2) * normal(random)
    return last
  })
}

const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length
const about = (values: Float64Array) => {
  const level = mean([...values])
  return values.map((value) => value - level)
}

test('the correlation of statsmodels, freed of its bias, and the variance that follows', () => {
  let last = 0
  const values = Float64Array.from(linearCongruential(200, 5), (value) => {
    last = 0.6 * last + value - 0.5
    return last
  })
  // statsmodels 0.15.0: acf(v, nlags=1, fft=False)[1] = 0.5893979148692831; numpy: Σ e² = 25.633820138320033.
  const correlation = (200 * 0.5893979148692831 + 1) / 196
  const inflation = (1 + correlation) / (1 - correlation)
  const noise = longRunVariance(about(values), 1)
  expect(noise.correlation).toBeCloseTo(correlation, 10)
  expect(noise.variance).toBeCloseTo((25.633820138320033 * inflation) / (200 - inflation), 9)
  expect(noise.innovation).toBeCloseTo(noise.variance * (1 - correlation) ** 2, 12)
})

test.each([0, 0.3, 0.6])(
  'of AR(1) %d both ways find the long-run variance, on the mean over 400 series',
  (correlation) => {
    const drawn = Array.from({ length: 400 }, (_, i) => autoregressive(365, correlation, `long run ${i}`))
    const truth = (1 + correlation) / (1 - correlation)
    for (const estimate of [
      (one: Float64Array) => longRunVariance(about(one), 1),
      longRunVarianceOfDifferences,
    ]) {
      const found = drawn.map((one) => estimate(one))
      expect(mean(found.map((one) => one.correlation))).toBeCloseTo(correlation, 1)
      expect(mean(found.map(({ variance }) => variance)) / truth).toBeGreaterThan(0.9)
      expect(mean(found.map(({ variance }) => variance)) / truth).toBeLessThan(1.35)
    }
  },
)

test('a step of ten deviations changes little of what differences show', () => {
  const values = autoregressive(365, 0.3, 'step')
  const moved = values.map((value, i) => value + (i >= 200 ? 10 : 0))
  const ratio = longRunVarianceOfDifferences(moved).variance / longRunVarianceOfDifferences(values).variance
  expect(ratio).toBeGreaterThan(1)
  expect(ratio).toBeLessThan(1.25)
})

test('differences by hand: of 0 and 1 in turn each is 1, those two apart are 0', () => {
  const turns = Float64Array.from({ length: 40 }, (_, i) => i % 2)
  // E min(z², 1.96²) = 0.9131 frees the squares of their clipping.
  const variance = expect.closeTo(0.5 / 0.9131, 12)
  expect(longRunVarianceOfDifferences(turns)).toEqual({ variance, correlation: 0, innovation: variance })
  expect(longRunVarianceOfDifferences(Float64Array.of(0, 1))).toEqual({
    ...{ variance, correlation: 0, innovation: variance },
  })
})

test('equal values have no noise, a random walk no more correlation than 0.8', () => {
  const quiet = { variance: 0, correlation: 0, innovation: 0 }
  expect(longRunVariance(new Float64Array(40), 1)).toEqual(quiet)
  expect(longRunVarianceOfDifferences(new Float64Array(40).fill(7))).toEqual(quiet)
  expect(longRunVarianceOfDifferences(Float64Array.of(7))).toEqual(quiet)
  const ramp = Float64Array.from({ length: 200 }, (_, i) => i)
  expect(longRunVariance(about(ramp), 1).correlation).toBe(0.8)
  // Few values for their parameters: all that can be said is much noise.
  expect(longRunVariance(about(ramp.subarray(0, 8)), 2)).toMatchObject({ correlation: 0.8 })
})
