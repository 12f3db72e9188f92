import type { Arm, Change, ComparedMetric, Pair, Versus, VersusRule } from '../../records/index.ts'
import { locate, median, signFlip, standardDeviation } from '../../statistics/index.ts'
import { fractionOf, metricsOf, together, worsening, worseningOf } from './changes.ts'
import { type Errors, errorsOfPairs } from './errors.ts'
import { gatedMetrics, lookAt } from './rule.ts'
import { settlingPairs } from './settling-pairs.ts'

/** What the pairs so far say. */
export type PairsDecision = {
  readonly outcome: 'worse' | 'kept' | 'open'
  /** Gated metrics first, in the order of the rule. */
  readonly changes: readonly Change[]
  readonly pairs: NonNullable<Versus['pairs']>
  /** Absent while no pair counts. */
  readonly errors?: Errors
  /** How many pairs would settle what is open; absent: nothing is, or no number would. */
  readonly settledByPairs?: number
  /** Why it is open, or what is worse beside the metrics: sentences. */
  readonly reasons: readonly string[]
}

/** Voids may fall on one arm once more than on the other by chance. */
const VOIDS_BY_CHANCE = 1

/**
 * Whether the candidate is worse than the baseline by the margin, is kept within it, or neither is shown. *Worse*: of a gated metric p, adjusted for the
 * family (`signFlip`), is at most what may be spent of `alphaFail` at this look, and the estimate reaches the margin. *Kept*: the
 * upper bound (`locate`) of every gated metric is below its margin, at what may be spent of `alphaPass`
 * (intersection-union: Berger 1982, Technometrics 24). Errors decide before the times.
 */
export function decidePairs(all: readonly Pair[], rule: VersusRule): PairsDecision {
  const used = all.filter((pair) => !pair.void)
  const pairs = { used: used.length, voids: all.flatMap((pair) => (pair.void ? sayVoid(pair.void) : [])) }
  if (used.length === 0) return { outcome: 'open', changes: [], pairs, reasons: ['no pair of starts counts'] }
  const alphas = lookAt(rule, used.length)
  const errors = errorsOfPairs(used, rule, alphas)
  const changes = changesOf(used, rule)
  const flaws = voidFlaws(all, rule)
  const outcome = outcomeOf(changes, errors, flaws)
  const settledBy =
    outcome === 'open' ? settlingPairs(spreadsOf(used, changes), used.length, changes, rule) : undefined
  return {
    ...{ outcome, changes, pairs, errors },
    ...(settledBy !== undefined && flaws.length === 0 && { settledByPairs: settledBy }),
    reasons: flaws,
  }
}

function outcomeOf(
  changes: readonly Change[],
  errors: Errors,
  flaws: readonly string[],
): PairsDecision['outcome'] {
  if (errors.outcome === 'worse') return 'worse'
  if (flaws.length > 0) return 'open'
  const speed = together(changes.map(({ outcome }) => outcome))
  return speed === 'kept' ? errors.outcome : speed
}

const sayVoid = ({ reason, arm }: NonNullable<Pair['void']>): string => (arm ? `${arm}: ${reason}` : reason)

/** Pairs that are void because of one arm may hide what is wrong with it. */
function voidFlaws(all: readonly Pair[], { mostVoids }: VersusRule): readonly string[] {
  const voids = all.flatMap((pair) => pair.void ?? [])
  const of = (arm: Arm): number => voids.filter((one) => one.arm === arm).length
  const [baseline, candidate] = [of('baseline'), of('candidate')]
  const flaws: string[] = []
  if (voids.length > mostVoids * all.length)
    flaws.push(
      `${voids.length} of ${all.length} pairs are void; at most ${Math.round(100 * mostVoids)} % may be`,
    )
  if (Math.abs(candidate - baseline) > VOIDS_BY_CHANCE)
    flaws.push(
      `pairs are void ${candidate} times because of the candidate and ${baseline} times because of the baseline`,
    )
  return flaws
}

const differenceIn = ({ baseline, candidate }: Pair, metric: ComparedMetric): number | undefined =>
  worsening(metric, baseline.values[metric], candidate.values[metric])

const spreadsOf = (used: readonly Pair[], changes: readonly Change[]): readonly (number | undefined)[] =>
  changes.map(({ metric }) => {
    const differences = used.flatMap((pair) => differenceIn(pair, metric) ?? [])
    return differences.length < 2 ? undefined : standardDeviation(differences)
  })

function changesOf(used: readonly Pair[], rule: VersusRule): readonly Change[] {
  const metrics = metricsOf(used.flatMap(({ baseline, candidate }) => [baseline, candidate]))
  const known = new Map(metrics.map((metric) => [metric, used.map((pair) => differenceIn(pair, metric))]))
  const has = (metric: ComparedMetric): readonly boolean[] =>
    known.get(metric)?.map((one) => one !== undefined) ?? []
  const gated = gatedMetrics(rule, {
    hasAny: (metric) => has(metric).includes(true),
    hasAll: (metric) => known.has(metric) && !has(metric).includes(false),
  })
  const adjusted = signFlip(gated.map((metric) => known.get(metric) ?? []))
  return [
    ...gated.map((metric, place) => judged(metric, used, rule, adjusted[place] ?? 1)),
    ...metrics
      .filter((metric) => !gated.includes(metric) && has(metric).includes(true))
      .map((metric) => located(metric, used)),
  ]
}

function located(metric: ComparedMetric, used: readonly Pair[]): Change {
  const counted = used.filter((pair) => differenceIn(pair, metric) !== undefined)
  const differences = counted.flatMap((pair) => differenceIn(pair, metric) ?? [])
  const { estimate, low, high } = locate(differences, 0.025)
  return {
    metric,
    baseline: median(counted.flatMap(({ baseline }) => baseline.values[metric] ?? [])),
    candidate: median(counted.flatMap(({ candidate }) => candidate.values[metric] ?? [])),
    change: fractionOf(metric, estimate),
    ...(low !== undefined && { low: fractionOf(metric, low) }),
    ...(high !== undefined && { high: fractionOf(metric, high) }),
    n: counted.length,
    outcome: 'reported',
  }
}

function judged(metric: ComparedMetric, used: readonly Pair[], rule: VersusRule, p: number): Change {
  const margin = rule.margins[metric] ?? 0
  const { alphaFail, alphaPass } = lookAt(rule, used.length)
  const differences = used.flatMap((pair) => differenceIn(pair, metric) ?? [])
  const { estimate, high } = locate(differences, alphaPass)
  const limit = worseningOf(metric, margin)
  const outcome = (): Change['outcome'] => {
    if (p <= alphaFail && estimate >= limit) return 'worse'
    const isWhole = differences.length >= (1 - rule.mostVoids) * used.length
    return isWhole && high !== undefined && high < limit ? 'kept' : 'open'
  }
  return {
    ...located(metric, used),
    ...{ margin, p, outcome: outcome() },
    ...(high !== undefined && { upper: fractionOf(metric, high) }),
  }
}
