import type { Change, ComparedMetric, StartFigures, StoredBaseline, VersusRule } from '../../records/index.ts'
import { standardDeviation, studentQuantile } from '../../statistics/index.ts'
import { fractionOf, worsening, worseningOf } from './changes.ts'
import { driftOf } from './drift.ts'

/** More than this many starts of one run are not asked for. */
const MOST = 30

type Stored = {
  readonly baseline: StoredBaseline
  readonly candidate: readonly StartFigures[]
  readonly rule: VersusRule
}

/**
 * How many starts of the candidate would settle what is open, if what was seen stays as it is: the reach of `shiftOf` with that
 * many. Undefined where none does: what drifts between two sessions stays, however often the service is started.
 */
export function settlingStarts(changes: readonly Change[], stored: Stored): number | undefined {
  const open = changes.filter(({ outcome }) => outcome === 'open')
  const fewest = stored.candidate.length + 1
  for (let starts = fewest; starts <= MOST; starts++)
    if (open.length > 0 && open.every((change) => isSettledBy(starts, change, stored))) return starts
  return undefined
}

function isSettledBy(starts: number, { metric, change, margin = 0 }: Change, stored: Stored): boolean {
  const reach = reachOf(metric, starts, stored)
  if (!reach) return false
  const { rule } = stored
  const [estimate, limit] = [worseningOf(metric, change), worseningOf(metric, margin)]
  if (estimate < limit) return estimate + reach(rule.alphaPass) < limit
  return estimate > reach(rule.alphaFail / rule.mostGated)
}

/** How far the shift of a metric may be off, at a tail, with so many starts of the candidate; undefined where nothing tells it. */
function reachOf(
  metric: ComparedMetric,
  starts: number,
  { baseline, candidate, rule }: Stored,
): ((tail: number) => number) | undefined {
  const [before, after] = [logsOf(metric, baseline.starts), logsOf(metric, candidate)]
  const known = [before, after].filter((logs) => logs.length > 1)
  if (before.length < 2 || starts < 2 || known.length === 0) return undefined
  const sd = Math.hypot(...known.map(standardDeviation)) / Math.sqrt(known.length)
  const drift = driftOf(metric, baseline, rule)
  const degrees = drift.runs > 0 ? drift.runs - 1 : Number.POSITIVE_INFINITY
  return (tail) =>
    Math.hypot(
      studentQuantile(1 - tail, before.length + starts - 2) * sd * Math.sqrt(1 / before.length + 1 / starts),
      studentQuantile(1 - tail, degrees) * drift.sd * Math.SQRT2,
    )
}

/** What one run can tell beside a stored baseline, before its first request. */
export type StoredPower = {
  /** The smallest worsening that so many starts call worse, a fraction, and the metric that is the hardest to tell. */
  readonly smallestChange: number
  readonly of: ComparedMetric
  /** Starts after which an unchanged service is shown to keep every margin; absent: no number of them shows it. */
  readonly startsNeeded?: number
}

/** Undefined where the baseline has a single start: then nothing tells how starts differ. */
export function powerOfStored(
  baseline: StoredBaseline,
  rule: VersusRule,
  starts: number,
): StoredPower | undefined {
  const stored = { baseline, rule, candidate: [] }
  const seen = (Object.keys(rule.margins) as ComparedMetric[]).flatMap((metric) => {
    const reach = reachOf(metric, starts, stored)
    if (!reach) return []
    // The estimate, too, must reach the margin.
    const smallest = Math.max(
      reach(rule.alphaFail / rule.mostGated),
      worseningOf(metric, rule.margins[metric] ?? 0),
    )
    return [{ metric, smallest: fractionOf(metric, smallest) }]
  })
  const [hardest] = seen.toSorted((a, b) => b.smallest - a.smallest)
  if (!hardest) return undefined
  const unchanged = seen.map(
    ({ metric }): Change => ({
      ...{ metric, baseline: 1, candidate: 1, change: 0, n: starts, outcome: 'open' },
      margin: rule.margins[metric] ?? 0,
    }),
  )
  const needed = settlingStarts(unchanged, stored)
  return {
    ...{ smallestChange: hardest.smallest, of: hardest.metric },
    ...(needed !== undefined && { startsNeeded: Math.max(2, needed) }),
  }
}

const logsOf = (metric: ComparedMetric, starts: readonly StartFigures[]): readonly number[] =>
  starts.flatMap(({ values }) => worsening(metric, 1, values[metric]) ?? [])
