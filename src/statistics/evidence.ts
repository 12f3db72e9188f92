import { effectiveCount } from './autocorrelation.ts'

/** Correlation that is assumed between the logarithms of an answer and the next: their level wanders, over about ten answers. */
const CORRELATION = 0.8
/** Standard deviation that is assumed of them at least: a coefficient of variation of 0.31. */
const LEAST_LOG_SD = 0.3
/** The alternatives that are bet on: a median this many times the limit, with this share of the stake. */
const BETS = [
  { level: Math.log(1.5), share: 0.7 },
  { level: Math.log(3), share: 0.3 },
] as const

/** What the evidence takes from a series of logarithms of value / limit, in the order of time. */
export type Levels = {
  readonly count: number
  readonly sum: number
  readonly first: number
  readonly last: number
  /** Their sample variance. */
  readonly variance: number
}

/**
 * Evidence against "the median is on or below the limit": the likelihood ratio of "it is m times the limit" for logarithms
 * that are a Gaussian AR(1) series, exp((θ·S − θ²·n_eff / 2) / σ²) with θ = ln m, averaged over the bets. S is the sum by
 * generalised least squares, whose ends weigh more; n_eff = 1 + (n − 1)(1 − φ)/(1 + φ).
 *
 * On or below the limit its expectation is at most 1 however far the series goes, so by Ville's inequality it reaches 1/α
 * with a probability of at most α, however often one looks (Ramdas, Grünwald, Vovk & Shafer 2023, "Game-theoretic
 * statistics and safe anytime-valid inference", Statistical Science 38(4)). A series that varies more than is assumed is
 * given its own variance.
 */
export function evidenceAbove({ count, sum, first, last, variance }: Levels): number {
  const inner = (1 - CORRELATION) / (1 + CORRELATION)
  const weighted = inner * sum + ((1 - inner) / 2) * (first + last)
  const effective = effectiveCount(count, CORRELATION)
  const sigma2 = Math.max(LEAST_LOG_SD ** 2, variance)
  return BETS.reduce(
    (evidence, { level, share }) =>
      evidence + share * Math.exp((level * weighted - (level ** 2 * effective) / 2) / sigma2),
    0,
  )
}
