import type { Change, ComparedMetric, StartFigures, StoredBaseline, VersusRule } from '../../records/index.ts'
import { holm, median, standardDeviation } from '../../statistics/index.ts'
import { fractionOf, metricsOf, together, worsening, worseningOf } from './changes.ts'
import { type Drift, driftOf } from './drift.ts'
import { type Errors, errorsOfStarts } from './errors.ts'
import { gatedMetrics } from './rule.ts'
import { settlingPairs } from './settling-pairs.ts'
import { type Shift, shiftOf } from './shift.ts'

/** What holding a run against a stored one says. */
export type StoredDecision = {
  readonly outcome: 'worse' | 'kept' | 'open'
  /** Gated metrics first, in the order of the rule. */
  readonly changes: readonly Change[]
  readonly errors: Errors
  /** How many pairs of starts, one of each version, would settle what is open (`gate --against`); absent: nothing is, or no number would. */
  readonly settledByPairs?: number
  /** By how much a run moves by itself, by gated metric. */
  readonly drift: Readonly<Partial<Record<ComparedMetric, Drift>>>
  readonly reasons: readonly string[]
}

/**
 * The words of `decidePairs` for two runs that are not paired, each start one observation: the shift between them (`shiftOf`) is as uncertain as
 * its starts vary *and* as runs of an unchanged service drift apart. P is adjusted by Holm (1979); there is one look, which may spend
 * all. Errors decide before the times.
 */
export function decideStored(
  baseline: StoredBaseline,
  candidate: readonly StartFigures[],
  rule: VersusRule,
): StoredDecision {
  const errors = errorsOfStarts(baseline.starts, candidate, rule)
  const metrics = metricsOf([...baseline.starts, ...candidate])
  const shifts = new Map(metrics.map((metric) => [metric, shiftIn(metric, baseline, candidate, rule)]))
  const gated = gatedMetrics(rule, {
    hasAny: (metric) => shifts.get(metric) !== undefined,
    hasAll: (metric) => [...baseline.starts, ...candidate].every(({ values }) => metric in values),
  })
  const adjusted = holm(gated.map((metric) => shifts.get(metric)?.p ?? 1))
  const changes = metrics
    .filter((metric) => shifts.get(metric) !== undefined)
    .toSorted((a, b) => placeOf(a, gated) - placeOf(b, gated))
    .map((metric): Change => {
      const shift = shifts.get(metric)
      const located = locatedChange(metric, baseline.starts, candidate, shift)
      const place = gated.indexOf(metric)
      return place < 0 ? located : judged(located, shift, adjusted[place] ?? 1, rule)
    })
  const outcome = outcomeOf(changes, errors)
  const settledBy = outcome === 'open' ? pairsInstead(baseline.starts, candidate, changes, rule) : undefined
  return {
    ...{
      outcome,
      changes,
      errors,
      reasons: changes.length === 0 ? ['the two runs have no metric in common'] : [],
    },
    ...(settledBy !== undefined && { settledByPairs: settledBy }),
    drift: Object.fromEntries(gated.map((metric) => [metric, driftOf(metric, baseline, rule)])),
  }
}

const placeOf = (metric: ComparedMetric, gated: readonly ComparedMetric[]): number =>
  gated.includes(metric) ? gated.indexOf(metric) : gated.length

function outcomeOf(changes: readonly Change[], errors: Errors): StoredDecision['outcome'] {
  if (errors.outcome === 'worse') return 'worse'
  const speed = together(changes.map(({ outcome }) => outcome))
  return speed === 'kept' ? errors.outcome : speed
}

const valuesOf = (metric: ComparedMetric, starts: readonly StartFigures[]): readonly number[] =>
  starts.flatMap(({ values }) => values[metric] ?? [])

/** Logarithms in which + is worse: the difference of two of them is a worsening. */
const logsOf = (metric: ComparedMetric, starts: readonly StartFigures[]): readonly number[] =>
  valuesOf(metric, starts).flatMap((value) => worsening(metric, 1, value) ?? [])

function shiftIn(
  metric: ComparedMetric,
  baseline: StoredBaseline,
  candidate: readonly StartFigures[],
  rule: VersusRule,
): Shift | undefined {
  const [before, after] = [logsOf(metric, baseline.starts), logsOf(metric, candidate)]
  return shiftOf(before, after, { drift: driftOf(metric, baseline, rule), alphaPass: rule.alphaPass })
}

function locatedChange(
  metric: ComparedMetric,
  before: readonly StartFigures[],
  after: readonly StartFigures[],
  shift: Shift | undefined,
): Change {
  const [baseline, candidate] = [valuesOf(metric, before), valuesOf(metric, after)]
  return {
    metric,
    baseline: median(baseline),
    candidate: median(candidate),
    change: fractionOf(metric, shift?.estimate ?? Number.NaN),
    ...(shift?.low !== undefined && { low: fractionOf(metric, shift.low) }),
    ...(shift?.high !== undefined && { high: fractionOf(metric, shift.high) }),
    n: Math.min(baseline.length, candidate.length),
    outcome: 'reported',
  }
}

function judged(located: Change, shift: Shift | undefined, p: number, rule: VersusRule): Change {
  const margin = rule.margins[located.metric] ?? 0
  const limit = worseningOf(located.metric, margin)
  const upper = shift?.upper
  const outcome = (): Change['outcome'] => {
    if (p <= rule.alphaFail && (shift?.estimate ?? 0) >= limit) return 'worse'
    return upper !== undefined && upper < limit ? 'kept' : 'open'
  }
  return {
    ...{ ...located, margin, p, outcome: outcome() },
    ...(upper !== undefined && { upper: fractionOf(located.metric, upper) }),
  }
}

/** In pairs the drift cancels: a difference varies as two starts of one session do. */
function pairsInstead(
  before: readonly StartFigures[],
  after: readonly StartFigures[],
  changes: readonly Change[],
  rule: VersusRule,
): number | undefined {
  const spreads = changes.map(({ metric, outcome }) => {
    if (outcome !== 'open') return 0
    const centred = [before, after].flatMap((starts) => {
      const logs = logsOf(metric, starts)
      return logs.length < 2 ? [] : [standardDeviation(logs)]
    })
    return centred.length === 0
      ? undefined
      : (Math.SQRT2 * Math.hypot(...centred)) / Math.sqrt(centred.length)
  })
  return settlingPairs(spreads, 0, changes, rule)
}
