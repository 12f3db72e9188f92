import { expect, test } from 'vitest'
import { evidenceAbove, type Levels } from './evidence.ts'

/** ln of the normal density, without its constant. */
const logDensity = (x: number, mean: number, variance: number) => -((x - mean) ** 2) / variance / 2

/** The likelihood ratio of a level to the level 0, one conditional density of the AR(1) series after the other. */
function likelihoodRatio(series: readonly number[], level: number, variance: number): number {
  const fresh = variance * (1 - 0.8 ** 2)
  const logLikelihood = (mean: number) =>
    series.reduce((sum, x, i) => {
      const before = series[i - 1]
      return before === undefined
        ? logDensity(x, mean, variance)
        : sum + logDensity(x, mean + 0.8 * (before - mean), fresh)
    }, 0)
  return Math.exp(logLikelihood(level) - logLikelihood(0))
}

const levelsOf = (series: readonly number[], variance: number): Levels => ({
  ...{ count: series.length, sum: series.reduce((sum, one) => sum + one, 0), variance },
  ...{ first: series[0] ?? Number.NaN, last: series.at(-1) ?? Number.NaN },
})

test('the evidence is the likelihood ratio of an AR(1) series, averaged over the bets on 1.5 and 3 times the limit', () => {
  for (const series of [[0.4], [0.1, -0.3], [0.2, 0.9, -0.1, 0.6, 0.5]])
    for (const variance of [0.09, 0.25])
      expect(evidenceAbove(levelsOf(series, variance))).toBeCloseTo(
        0.7 * likelihoodRatio(series, Math.log(1.5), variance) +
          0.3 * likelihoodRatio(series, Math.log(3), variance),
        9,
      )
})

test('answers that are more alike than is assumed are no stronger evidence for it', () => {
  const series = [0.4, 0.41, 0.39]
  expect(evidenceAbove(levelsOf(series, 0.0001))).toBe(evidenceAbove(levelsOf(series, 0.09)))
})
