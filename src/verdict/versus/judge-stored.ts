import type {
  Boot,
  Change,
  ComparedMetric,
  Comparison,
  Policy,
  Run,
  StartFigures,
  StoredBaseline,
  Versus,
} from '../../records/index.ts'
import { median } from '../../statistics/index.ts'
import { counted } from '../figures.ts'
import { decideStored } from './decide-stored.ts'
import { describeDrift } from './describe-drift.ts'
import { errorsRegression, regressionsOf } from './regressions.ts'
import { ruleOf } from './rule-of.ts'
import { settlingStarts } from './settling-starts.ts'
import { startFigures } from './start-figures.ts'

export type JudgedStored = { readonly versus: Versus; readonly comparisons: readonly Comparison[] }

/** What a run says beside the stored run that it was held against; undefined where it was held against none. */
export function judgeStored(run: Run): JudgedStored | undefined {
  const { baseline, command, samples, boots, runId, policy } = run
  if (!baseline || command === 'check') return undefined
  return heldAgainst(baseline, { runId, policy, boots, starts: startFigures(samples, boots) })
}

export type Candidate = {
  readonly runId: string
  /** Its margins. */
  readonly policy: Pick<Policy, 'regression'>
  readonly boots: readonly Boot[]
  readonly starts: readonly StartFigures[]
}

/** Two runs, of which the first was accepted. Errors come first, then each gated metric, then what could not be compared. */
export function heldAgainst(baseline: StoredBaseline, candidate: Candidate): JudgedStored {
  const rule = ruleOf(candidate.policy)
  const decision = decideStored(baseline, candidate.starts, rule)
  const { errors, settledByPairs: pairs, drift } = decision
  const lengths = otherLengths(baseline.starts, candidate.starts)
  const changes = lengths ? decision.changes.map(unlessOfLength) : decision.changes
  const starts = settlingStarts(changes, { baseline, candidate: candidate.starts, rule })
  const compared = [
    errorsRegression(errors),
    ...regressionsOf(changes, `over ${counted(candidate.starts.length, 'start')}`),
  ].map((one) => withNextStep(one, { starts, pairs, before: baseline.starts.length }))
  const drifting = describeDrift(drift)
  return {
    comparisons: [...compared, ...(lengths ? [lengths] : []), ...unmeasured(changes, baseline, candidate)],
    versus: {
      mode: 'stored',
      baseline: baseline.runId,
      ...(baseline.nights !== undefined && { nights: baseline.nights }),
      candidate: candidate.runId,
      ...{ changes, errors, drift },
      ...(pairs !== undefined && { settledByPairs: pairs }),
      remarks: [...decision.reasons, ...(drifting === undefined ? [] : [drifting])],
      differences: baseline.differences ?? [],
      ...(baseline.allowed && { allowed: baseline.allowed }),
    },
  }
}

type NextStep = {
  /** That would settle what is open. */
  readonly starts: number | undefined
  readonly pairs: number | undefined
  /** Starts of the baseline. */
  readonly before: number
}

/** What would settle an open comparison. */
function withNextStep(one: Comparison, { starts, pairs, before }: NextStep): Comparison {
  if (one.outcome !== 'inconclusive') return one
  if (starts === undefined) {
    const about = pairs === undefined ? '' : `, about ${counted(pairs, 'pair')}`
    const next = `no number of starts of this run would tell, since the baseline has ${before} and sessions differ; measure both versions side by side (--against${about})`
    return { ...one, reason: `${one.reason}: ${next}` }
  }
  return {
    ...one,
    reason: `${one.reason}: ${starts} starts would tell (INFERGATE_COLD_STARTS=${starts}, or bench.coldStarts: ${starts})`,
    wouldSettle: { INFERGATE_COLD_STARTS: starts },
  }
}

/** As for a load: answers whose length differs by more are other answers. */
const LENGTH_TOLERANCE = 0.02

/** Longer answers take longer, and are no slower service. */
function otherLengths(
  before: readonly StartFigures[],
  after: readonly StartFigures[],
): Comparison | undefined {
  const lengths = (starts: readonly StartFigures[]) =>
    starts.flatMap(({ outputTokens }) => outputTokens ?? [])
  const [that, own] = [lengths(before), lengths(after)]
  if (that.length === 0 || own.length === 0) return undefined
  const [was, is] = [median(that), median(own)]
  if (Math.abs(is / was - 1) <= LENGTH_TOLERANCE) return undefined
  return {
    id: 'regression.lengths',
    says: 'answers are as long as those of the baseline',
    outcome: 'inconclusive',
    reason: `the median answer has ${counted(is, 'token')}, that of the baseline ${was}: a longer answer takes longer in any service, so hold the length or accept a new baseline`,
  }
}

/** What depends on the length of an answer is not judged where that differs. */
const unlessOfLength = (change: Change): Change =>
  /^(?:e2eMs|outputTokens)/.test(change.metric) && change.outcome !== 'reported'
    ? { ...change, outcome: 'open' }
    : change

const SPEED = { id: 'regression.speed', says: 'something of the two runs is compared' } as const

/** By default a tail joins where each start has requests enough for it. */
const TAIL = /P9[09]$/

/** What the baseline has and this run has not, or what the policy names and one of them lacks, is no PASS. */
function unmeasured(
  changes: readonly Change[],
  { starts: before }: StoredBaseline,
  { policy, boots, starts: after }: Candidate,
): readonly Comparison[] {
  const has = (starts: readonly StartFigures[], metric: ComparedMetric) =>
    starts.some(({ values }) => values[metric] !== undefined)
  const isMissing = (metric: ComparedMetric): boolean =>
    changes.find((one) => one.metric === metric) === undefined &&
    (typeof policy.regression?.[metric] === 'number' || (!TAIL.test(metric) && has(before, metric)))
  const metrics = Object.keys(ruleOf(policy).margins) as ComparedMetric[]
  if (changes.every(({ outcome }) => outcome === 'reported') && !metrics.some(isMissing))
    return [{ ...SPEED, outcome: 'inconclusive', reason: 'the two runs have no gated metric in common' }]
  return metrics.filter(isMissing).map((metric) => {
    const base = { id: `regression.${metric}`, says: `${metric} is compared with the baseline` } as const
    if (metric === 'coldStartMs' && boots.every(({ origin }) => origin === 'found'))
      return {
        ...base,
        outcome: 'not-applicable',
        reason: 'the service already ran and was not started here',
      }
    const lacks = has(before, metric) ? 'this run has' : has(after, metric) ? 'the baseline has' : 'both have'
    const few = TAIL.test(metric)
      ? ` (it needs ${metric.endsWith('P99') ? 299 : 29} requests at each start)`
      : ''
    return { ...base, outcome: 'inconclusive', reason: `${lacks} no figure for it${few}` }
  })
}
