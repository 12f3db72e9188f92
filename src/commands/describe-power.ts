import type { HistoryReader } from '../history/index.ts'
import type { Pace, StartFigures } from '../records/index.ts'
import { countOf } from '../reporters/index.ts'
import { estimateCost, type Plan } from '../run/index.ts'
import { median } from '../statistics/index.ts'
import { powerOf, powerOfStored, ruleOf, spreadsOfStarts } from '../verdict/index.ts'

type Known = {
  /** The pace that an earlier run measured. */
  readonly pace?: Pace
  /** Starts of the last accepted run of this target. */
  readonly starts: readonly StartFigures[]
}

/** What a run that is held against a baseline can tell, said before its first request; undefined where it is held against none. */
export function describePower(plan: Plan, known: Known): string | undefined {
  const { against, baseline } = plan.start
  if (against) return powerOfPairs(plan, known)
  return baseline && powerBesideStored(plan, known)
}

/** What it is told from. Throws `store-unusable`. */
export async function startsBefore(
  { start }: Plan,
  target: string,
  history?: HistoryReader,
): Promise<readonly StartFigures[]> {
  if (start.baseline) return start.baseline.starts
  const [last] = start.against ? ((await history?.acceptedRuns(target, 1)) ?? []) : []
  return last?.starts ?? []
}

function powerOfPairs(plan: Plan, known: Known): string {
  const { against, policy } = plan.start
  const rule = against?.rule ?? ruleOf(policy)
  const most = rule.looks.at(-1)?.pairs ?? 0
  const power = powerOf(rule, spreadsOfStarts(known.starts))
  if (!power)
    return `Power: not known before the first pair, since no accepted run of ${plan.targetName} tells how its starts differ; at most ${countOf(most, 'pair')}.`
  const { pairsNeeded, smallestChange, isReachable } = power
  const needs = `Power: about ${countOf(pairsNeeded, 'pair')} are needed${minutes(2 * pairsNeeded, plan, known)}; ${countOf(most, 'pair')} see a worsening from ${percent(smallestChange)} on`
  return isReachable
    ? `${needs}.`
    : `${needs}. The cap of ${countOf(most, 'pair')} cannot reach it: the comparison may stay open, so raise --pairs or bench.warmRequests.`
}

function powerBesideStored(plan: Plan, known: Known): string {
  const { baseline, policy } = plan.start
  const starts = plan.spec.kind === 'url' ? 1 : plan.coldStarts
  const power = baseline && powerOfStored(baseline, ruleOf(policy), Math.max(2, starts))
  if (!power || starts < 2)
    return `Power: ${starts < 2 ? 'this run has one start' : 'the baseline has one start'}, which has no interval, so the comparison will stay open: let infergate start the service more than once, or measure two services side by side (--against).`
  const sees = `Power: with ${countOf(starts, 'start')} this run sees a worsening from ${percent(power.smallestChange)} on (${power.of}, the hardest to tell)`
  const { startsNeeded: needed } = power
  if (needed === undefined)
    return `${sees}. No number of starts of this run shows that an unchanged service keeps its margins, since the baseline has ${baseline.starts.length} and sessions differ: it can FAIL and hardly PASS. A baseline with more starts narrows the one, five accepted runs tell the other, and --against needs neither.`
  if (needed <= starts) return `${sees}; that is enough to show that an unchanged service keeps its margins.`
  return `${sees}; to show that an unchanged service keeps its margins, about ${countOf(needed, 'start')} are needed (bench.coldStarts: ${needed})${minutes(needed, plan, known)}.`
}

/** So many starts as they took before, and the rest at the last pace. */
function minutes(starts: number, plan: Plan, { pace, starts: before }: Known): string {
  const cold = before.flatMap(({ values }) => values.coldStartMs ?? [])
  if (!pace || cold.length === 0) return ''
  const rest = estimateCost({ ...plan, coldStarts: starts }, { pace }).minutes
  return `, about ${(rest + (starts * median(cold)) / 60_000).toFixed(1)} minutes`
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`
