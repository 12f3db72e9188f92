import type { Change, Comparison, Versus } from '../../records/index.ts'
import { milliseconds, percent, significant } from '../figures.ts'

/** Each gated metric as a comparison; `of` says what was measured: `over 10 pairs`. */
export const regressionsOf = (changes: readonly Change[], of: string): readonly Comparison[] =>
  changes.flatMap((change) => (change.outcome === 'reported' ? [] : regressionOf(change, of)))

const OUTCOMES = { worse: 'failed', kept: 'passed', open: 'inconclusive' } as const

function regressionOf(change: Change, of: string): readonly Comparison[] {
  const { metric, outcome, margin = 0, p, upper } = change
  if (outcome === 'reported') return []
  const tolerated = `${percent(margin)} ${margin === 0 ? 'is' : 'are'} tolerated`
  const ends = {
    worse: `${tolerated}${p === undefined ? '' : `, p ${significant(p)}`}`,
    kept: `${tolerated}, and ${upper === undefined ? 'it is shown to be less' : `at most ${signed(upper)} is shown`}`,
    open: `${tolerated}: neither more nor less than that is shown`,
  }
  return [
    {
      id: `regression.${metric}`,
      says: `${metric} is at most ${percent(margin)} worse than the baseline's`,
      outcome: OUTCOMES[outcome],
      reason: `${describeChange(change)} ${of}; ${ends[outcome]}`,
      ...{ value: change.change, limit: margin },
    },
  ]
}

/** `+10.2 % worse (95 %: 8.9 % to 11.3 %), 102 ms → 112 ms`. */
export function describeChange({ metric, change, low, high, baseline, candidate }: Change): string {
  const word = change > 0 ? ' worse' : change < 0 ? ' better' : ''
  const bounds = low === undefined || high === undefined ? '' : ` (95 %: ${signed(low)} to ${signed(high)})`
  const shown = metric.includes('Ms') ? milliseconds : (rate: number) => `${significant(rate)} tokens/s`
  return `${percent(Math.abs(change))}${word}${bounds}, ${shown(baseline)} → ${shown(candidate)}`
}

const signed = (share: number): string => `${share > 0 ? '+' : ''}${percent(share)}`

/** Failed requests decide before times: a service that answers fewer of them may well be quicker. */
export function errorsRegression({
  baseline,
  candidate,
  p,
  outcome,
}: NonNullable<Versus['errors']>): Comparison {
  const [was, is] = [baseline, candidate].map(([failed, asked]) => `${failed} of ${asked}`)
  return {
    id: 'regression.errors',
    says: 'requests fail no more often than those of the baseline',
    outcome: OUTCOMES[outcome],
    reason: `${is} requests of the candidate failed, ${was} of the baseline${candidate[0] > 0 ? ` (p ${significant(p)})` : ''}`,
  }
}
