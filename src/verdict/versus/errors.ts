import type { StartFigures, Versus, VersusRule } from '../../records/index.ts'
import {
  type Count,
  failsMoreInPairs,
  failsMoreInStarts,
  rateInterval,
  rateOf,
  rateUpperBound,
  sumOf,
} from '../../statistics/index.ts'

export type Errors = NonNullable<Versus['errors']>
type Alphas = { readonly alphaFail: number; readonly alphaPass: number }

const countOf = ({ failed, requests }: StartFigures): Count => ({ failed, asked: requests })

export function errorsOfPairs(
  pairs: readonly { readonly baseline: StartFigures; readonly candidate: StartFigures }[],
  rule: VersusRule,
  alphas: Alphas,
): Errors {
  const counts = pairs.map(({ baseline, candidate }) => [countOf(baseline), countOf(candidate)] as const)
  const [before, after] = [counts.map(([one]) => one), counts.map(([, one]) => one)]
  return judge(before, after, failsMoreInPairs(counts), rule, alphas)
}

export function errorsOfStarts(
  baseline: readonly StartFigures[],
  candidate: readonly StartFigures[],
  rule: VersusRule,
): Errors {
  const [before, after] = [baseline.map(countOf), candidate.map(countOf)]
  return judge(before, after, failsMoreInStarts(before, after), rule, rule)
}

/** Worse is shown by the test, kept by an upper bound of the rise; a candidate that failed nothing keeps it. */
function judge(
  before: readonly Count[],
  after: readonly Count[],
  p: number,
  rule: VersusRule,
  alphas: Alphas,
): Errors {
  const [baseline, candidate] = [sumOf(before), sumOf(after)]
  const outcome = (): Errors['outcome'] => {
    if (candidate.asked === 0 || baseline.asked === 0) return 'open'
    if (p <= alphas.alphaFail && rateOf(candidate) > rateOf(baseline)) return 'worse'
    if (candidate.failed === 0) return 'kept'
    return mostRise(baseline, candidate, alphas.alphaPass) < rule.errorMargin ? 'kept' : 'open'
  }
  return {
    baseline: [baseline.failed, baseline.asked],
    candidate: [candidate.failed, candidate.asked],
    p,
    outcome: outcome(),
  }
}

/**
 * An upper bound of the rise of the share of failed requests, from the exact limits of either: d + √((u₂ − p₂)² + (p₁ − l₁)²) (Newcombe 1998, Statistics
 * in Medicine 17, method 10, with the limits of Clopper and Pearson).
 */
function mostRise(baseline: Count, candidate: Count, alpha: number): number {
  const [before, after] = [rateOf(baseline), rateOf(candidate)]
  const high = rateUpperBound(candidate.failed, candidate.asked, 1 - alpha)
  const { low } = rateInterval(baseline.failed, baseline.asked, 1 - 2 * alpha)
  return after - before + Math.hypot(high - after, before - low)
}
