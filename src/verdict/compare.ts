import type { Boot, Comparison, Policy, Run, Sample } from '../records/index.ts'
import { detectableRate, median } from '../statistics/index.ts'
import { milliseconds, percent } from './figures.ts'
import { judgeLimits } from './limits.ts'
import { type Sorted, sortSamples } from './samples.ts'
import { coldLimit, judgeWarm, NO_RELOAD_MS } from './warm-limit.ts'

export type CompareInput = {
  readonly command: Run['command']
  readonly samples: readonly Sample[]
  readonly boots: readonly Boot[]
  readonly policy: Policy
}

/** The samples held against the policy: a closed list, the same for each `gate` and `bench`; `check` compares nothing. */
export function compare({ command, samples, boots, policy }: CompareInput): readonly Comparison[] {
  if (command === 'check') return []
  const sorted = sortSamples(samples, boots)
  const found = boots.length > 0 && boots.every(({ origin }) => origin === 'found')
  const all = [
    coldStarts(sorted, policy, found),
    warmToCold(sorted, policy, found),
    warmBudget(sorted, policy),
    warmErrors(sorted, policy),
    ...judgeLimits(sorted, samples, policy),
  ]
  if (boots.some(({ outcome }) => outcome === 'generating')) return all
  return all.map((one) => (one.outcome === 'inconclusive' ? { ...one, reason: NOTHING_TIMED } : one))
}

const NOTHING_TIMED = 'nothing was timed, no start of the service generated'

const NOT_STARTED = 'the service already ran and was not started here, so its cold start is not known'

function coldStarts({ cold }: Sorted, policy: Policy, found: boolean): Comparison {
  const [id, says] = ['cold-starts', 'enough starts were timed until the first good answer']
  if (found) return { id, says, outcome: 'not-applicable', reason: NOT_STARTED }
  const [value, limit] = [cold.length, Math.max(1, policy.minColdStarts)]
  const reason = `${value} of at least ${limit} cold starts were timed`
  if (value >= limit) return { id, says, outcome: 'passed', reason, value, limit }
  const wouldSettle = { INFERGATE_COLD_STARTS: limit }
  return { id, says, outcome: 'inconclusive', reason, value, limit, wouldSettle }
}

function warmToCold(sorted: Sorted, policy: Policy, found: boolean): Comparison {
  const says = `a warm answer takes at most ${percent(policy.warmToColdRatio)} of a cold start: it does not load again`
  const base = { id: 'warm-to-cold', says } as const
  if (found) return { ...base, outcome: 'not-applicable', reason: NOT_STARTED }
  if (sorted.cold.length === 0) return { ...base, outcome: 'inconclusive', reason: 'no cold start was timed' }
  const starts = sorted.cold.map(({ coldStartMs }) => coldStartMs)
  const [coldMs, limit] = [median(starts), coldLimit(starts, policy)]
  const floor = limit.limitMs === NO_RELOAD_MS ? ` or ${milliseconds(NO_RELOAD_MS)}` : ''
  const share = sorted.warm.length > 0 ? `, ${percent(warmP50(sorted) / coldMs)}` : ''
  const of = `${share} of the cold start of ${milliseconds(coldMs)} (at most ${percent(policy.warmToColdRatio)}${floor})`
  return {
    ...base,
    ...judgeWarm(sorted, policy, { ...limit, enough: starts.length >= policy.minColdStarts, of }),
  }
}

function warmBudget(sorted: Sorted, policy: Policy): Comparison {
  const limitMs = policy.warmE2eMsP50
  const of = ` with a budget of ${milliseconds(limitMs)}`
  const says = `the warm p50 is at most ${milliseconds(limitMs)}`
  const judged = judgeWarm(sorted, policy, { limitMs, certainMs: limitMs, enough: true, of })
  return { id: 'warm-budget', says, ...judged }
}

function warmErrors({ askedWarm, failedWarm }: Sorted, policy: Policy): Comparison {
  const [value, n] = [failedWarm.length, askedWarm.length]
  const base = { id: 'warm-errors', says: 'no warm request fails', value, limit: 0 } as const
  const [first] = failedWarm
  if (first) {
    const cause = first.message ? `${first.outcome}: ${first.message}` : first.outcome
    return {
      ...base,
      outcome: 'failed',
      reason: `${value} of ${n} warm requests failed, first with ${cause}`,
    }
  }
  if (n < Math.max(1, policy.minWarmSamples))
    return {
      ...base,
      outcome: 'inconclusive',
      reason: `only ${n} of at least ${policy.minWarmSamples} warm requests were sent`,
      wouldSettle: { INFERGATE_WARM_REQUESTS: Math.max(1, policy.minWarmSamples) },
    }
  const found = `a failure rate of ${percent(detectableRate(n))} would have shown (95 %)`
  return { ...base, outcome: 'passed', reason: `0 of ${n} warm requests failed; ${found}` }
}

const warmP50 = ({ warm }: Sorted): number => median(warm.map(({ e2eMs }) => e2eMs))
