import type { Comparison, Run, Versus } from '../../records/index.ts'
import { counted, firstOf } from '../figures.ts'
import { decidePairs, type PairsDecision } from './decide-pairs.ts'
import { brokenStart, failsAlone } from './pairs-end.ts'
import { errorsRegression, regressionsOf } from './regressions.ts'
import { DEFAULT_RULE } from './rule.ts'

export type JudgedPairs = { readonly comparisons: readonly Comparison[]; readonly versus: Versus }

/**
 * What the pairs of a run say of its candidate; undefined where it was held against no other target. What fails outright comes first:
 * a start that does not generate, a request that fails where none of the baseline's did. A baseline that is itself broken leaves the
 * comparison open, whatever was measured.
 */
export function judgePairs(run: Run): JudgedPairs | undefined {
  const { against, pairs = [], pairsEnd, fingerprint, target } = run
  if (!against) return undefined
  const decision = decidePairs(pairs, against.rule)
  const { changes, errors, settledByPairs } = decision
  const found = Object.entries({ baseline: against.target, candidate: target }).flatMap(([arm, { kind }]) =>
    kind === 'url'
      ? [`the ${arm} already ran: what differs from one start of it to another is in the change`]
      : [],
  )
  return {
    comparisons: comparisonsOf(run, decision),
    versus: {
      mode: 'paired',
      baseline: against.targetName,
      candidate: fingerprint?.targetName ?? target.kind,
      ...{ changes, pairs: decision.pairs, differences: against.differences ?? [] },
      ...(against.allowed && { allowed: against.allowed }),
      ...(errors && { errors }),
      ...(pairsEnd && { ended: pairsEnd }),
      ...(settledByPairs !== undefined && { settledByPairs }),
      ...(found.length > 0 && { remarks: found }),
    },
  }
}

const PAIRS = { id: 'regression.pairs', says: 'enough pairs of starts were measured' } as const

function comparisonsOf(run: Run, decision: PairsDecision): readonly Comparison[] {
  const { pairs = [], pairsEnd: end } = run
  if (end?.by === 'not-needed') return [{ ...PAIRS, outcome: 'not-applicable', reason: end.reason }]
  const outright = failuresOf(run)
  const baseline = baselineOf(run)
  if (baseline) return [...outright, baseline]
  const compared = [
    ...outright,
    ...(decision.errors && !failsAlone(pairs) ? [errorsRegression(decision.errors)] : []),
    ...regressionsOf(decision.changes, `over ${counted(decision.pairs.used, 'pair')}`),
    enough(run, decision),
  ]
  return outright.length > 0 ? compared : asChosen(run, decision, compared)
}

/** What no comparison is needed for. */
function failuresOf({ pairs = [] }: Run): readonly Comparison[] {
  const [broken, alone] = [brokenStart(pairs, 'candidate'), failsAlone(pairs)]
  return [
    ...(broken
      ? [
          {
            id: 'regression.starts',
            says: 'each start of the candidate can be measured',
            outcome: 'failed' as const,
            reason: `in pair ${broken.pair} the candidate ${broken.why}`,
          },
        ]
      : []),
    ...(alone
      ? [
          {
            id: 'regression.errors',
            says: 'requests fail no more often than those of the baseline',
            outcome: 'failed' as const,
            reason: `${alone[0]} of ${alone[1]} requests of the candidate failed, none of the baseline`,
          },
        ]
      : []),
  ]
}

function baselineOf({ pairsEnd: end, against }: Run): Comparison | undefined {
  if (end?.by !== 'baseline') return undefined
  return {
    id: 'regression.baseline',
    says: 'the baseline itself can be measured',
    outcome: 'inconclusive',
    reason: `the baseline cannot be measured: ${end.reason}. That says nothing of the candidate: repair ${against?.targetName}, or name another one with --against`,
  }
}

function enough({ pairsEnd: end, against }: Run, decision: PairsDecision): Comparison {
  const { used, voids } = decision.pairs
  const most = against?.rule.looks.at(-1)?.pairs ?? 0
  const besides =
    voids.length > 0
      ? `, ${counted(voids.length, 'pair')} ${voids.length === 1 ? 'tells' : 'tell'} nothing (${firstOf(timesEach(voids), 3)})`
      : ''
  const counts = `${counted(used, 'pair')} ${used === 1 ? 'counts' : 'count'}${besides}`
  const figures = { value: used, limit: most }
  const open = (why: string): Comparison => ({
    ...{ ...PAIRS, ...figures, outcome: 'inconclusive' },
    reason: `${counts}; ${why}`,
  })
  if (!end) return open('the run ended before its pairs did')
  if (used === 0 || end.by === 'voids') return open(end.reason)
  const [flaw] = decision.reasons
  if (flaw !== undefined) return open(flaw)
  if (decision.outcome !== 'open')
    return { ...PAIRS, ...figures, outcome: 'passed', reason: `${counts}; ${end.reason}` }
  return open(`${end.reason}; ${whatSettles(decision, most, end.by === 'max-seconds')}`)
}

/** The most pairs that a run may be asked for: so many starts of two services take a night. */
export const MOST_PAIRS = 100

function whatSettles(decision: PairsDecision, most: number, isTime: boolean): string {
  const { settledByPairs: needed, pairs } = decision
  // One pair has no spread: how many would do is not known yet.
  if (pairs.used < 2) {
    const fewest = DEFAULT_RULE.looks[0]?.pairs ?? 2
    return `${fewest} pairs are the fewest that can settle it${isTime ? ': raise --max-seconds' : ` (--pairs ${fewest})`}`
  }
  if (needed === undefined || needed > MOST_PAIRS)
    return 'no number of pairs that one run may have would settle it: more requests a start (INFERGATE_WARM_REQUESTS) or a quieter machine makes each tell more'
  const about = `about ${counted(needed, 'pair')} would settle it`
  if (needed > most) return `${about} (--pairs ${needed})`
  return isTime ? `${about}: raise --max-seconds` : `${about}: repeat the run`
}

/** The user's word for what the pairs leave open, said as his: of pairs that were measured to their end and can be used, and of nothing else. */
function asChosen(
  { against, pairsEnd: end }: Run,
  { outcome, reasons }: PairsDecision,
  comparisons: readonly Comparison[],
): readonly Comparison[] {
  const choice = against?.onInconclusive ?? 'extend'
  const isMeasured = (end?.by === 'cap' || end?.by === 'max-seconds') && reasons.length === 0
  if (choice === 'extend' || outcome !== 'open' || !isMeasured) return comparisons
  return comparisons.map((one) =>
    one.outcome === 'inconclusive'
      ? {
          ...one,
          outcome: choice === 'fail' ? 'failed' : 'passed',
          reason: `${one.reason}; it is open, and counts as ${choice === 'fail' ? 'failed' : 'passed'} because of --on-inconclusive ${choice}`,
        }
      : one,
  )
}

const timesEach = (texts: readonly string[]): readonly string[] =>
  [...Map.groupBy(texts, (text) => text)].map(([text, same]) => `${same.length} × ${text}`)
