import type { ComparedMetric, VersusRule } from '../../records/index.ts'
import { differencesNeeded, smallestEffect } from '../../statistics/index.ts'
import { fractionOf, worseningOf } from './changes.ts'

/** What is to be found, and found again, with this probability. */
const POWER = 0.95

export type MetricPower = {
  readonly metric: ComparedMetric
  /** Pairs after which a candidate that is as fast as the baseline is kept, and one that is worse by twice the margin is called worse. */
  readonly pairsNeeded: number
  /** The smallest worsening, a fraction, that the pairs of the last look call worse. */
  readonly smallestChange: number
}

/** What pairs can tell before the first is measured. */
export type Power = {
  /** The largest number of all metrics. */
  readonly pairsNeeded: number
  /** The largest of all metrics. */
  readonly smallestChange: number
  /** Whether the last look has so many pairs. */
  readonly isReachable: boolean
  readonly metrics: readonly MetricPower[]
}

/**
 * What the rule's pairs can tell where a pair's difference of logarithms has these standard deviations, by gated metric; undefined where none is known. Of
 * pairs of an unchanged service, or √2 times what the starts of one run vary.
 */
export function powerOf(
  rule: VersusRule,
  spreads: Readonly<Partial<Record<ComparedMetric, number>>>,
): Power | undefined {
  const metrics = (Object.keys(rule.margins) as ComparedMetric[]).flatMap((metric) => {
    const sd = spreads[metric]
    return sd === undefined ? [] : powerOfMetric(metric, sd, rule)
  })
  if (metrics.length === 0) return undefined
  const pairsNeeded = Math.max(...metrics.map((one) => one.pairsNeeded))
  return {
    pairsNeeded,
    smallestChange: Math.max(...metrics.map((one) => one.smallestChange)),
    isReachable: pairsNeeded <= (rule.looks.at(-1)?.pairs ?? 0),
    metrics,
  }
}

function powerOfMetric(metric: ComparedMetric, sd: number, rule: VersusRule): MetricPower {
  const margin = worseningOf(metric, rule.margins[metric] ?? 0)
  const last = rule.looks.at(-1) ?? { pairs: 0, fail: 1, pass: 1 }
  // Of a family: the adjusted p is at most so many times its own.
  const fail = { sd, alpha: (rule.alphaFail * last.fail) / rule.mostGated, power: POWER }
  const toKeep = differencesNeeded(margin, { sd, alpha: rule.alphaPass * last.pass, power: POWER })
  const toFail = Math.max(
    differencesNeeded(worseningOf(metric, 2 * (rule.margins[metric] ?? 0)), fail),
    firstLook(rule, 'fail'),
  )
  // The estimate, too, must reach the margin: a worsening by z more than that does.
  const reach = smallestEffect(last.pairs, { sd, alpha: 0.5, power: POWER })
  const smallest = Math.max(smallestEffect(last.pairs, fail), margin + reach)
  return {
    metric,
    pairsNeeded: Math.max(toKeep, toFail, firstLook(rule, 'pass')),
    smallestChange: fractionOf(metric, smallest),
  }
}

const firstLook = (rule: VersusRule, kind: 'fail' | 'pass'): number =>
  rule.looks.find((look) => look[kind] > 0)?.pairs ?? 0
