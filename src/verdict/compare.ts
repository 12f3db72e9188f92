import { describeLoad, explains, type Load } from '../load.ts'
import type { Boot, Comparison, LoadSearch, Policy, Run, Sample } from '../records/index.ts'
import { detectableRate, median } from '../statistics/index.ts'
import { judgeIdle } from './after-idle.ts'
import { milliseconds, percent } from './figures.ts'
import { judgeLimits } from './limits.ts'
import { judgeLoads } from './load.ts'
import { judgeStreams, unlessMiscounted } from './load-streams.ts'
import { type Sorted, sortSamples, usableOf } from './samples.ts'
import { judgeSearch } from './search.ts'
import { type LoadContext, seenLoad } from './seen-load.ts'
import { judgeWakeUps, NO_COLD, type Slept, whyFewer } from './wake-ups.ts'
import { coldLimit, judgeWarm, NO_RELOAD_MS } from './warm-limit.ts'

export type CompareInput = {
  readonly command: Run['command']
  readonly samples: readonly Sample[]
  readonly boots: readonly Boot[]
  readonly policy: Policy
  /** How busy the judging machine was; absent where nobody looked. */
  readonly load?: Load
  /** Of a run that sent a sequence of loads. */
  readonly search?: LoadSearch
} & Pick<LoadContext, 'loads' | 'profile'> &
  Slept

/**
 * The samples held against the policy: a closed list, the same for each `gate` and `bench`, and more of it where a load was sent;
 * `check` compares nothing.
 */
export function compare(input: CompareInput): readonly Comparison[] {
  const { command, samples, boots, policy, load, loads = [] } = input
  if (command === 'check') return []
  const sorted = sortSamples(samples, boots)
  const seen = seenLoad(usableOf(samples, sorted), { ...input, limits: policy.limits })
  const notTimed = whyNotTimed(input)
  const all = [
    command === 'gate' && notTimed === NO_COLD
      ? LEFT_OUT
      : coldStarts(sorted, policy, notTimed, whyFewer(input)),
    warmToCold(sorted, policy, notTimed),
    warmBudget(sorted, policy),
    warmErrors(sorted, policy),
    ...judgeIdle(samples),
    ...judgeWakeUps(input, sorted, policy),
    ...judgeLoads({ samples, loads, policy }),
    ...(seen ? judgeStreams(seen, policy) : []),
    ...(input.search ? [judgeSearch(input.search)] : []),
    ...judgeLimits({ sorted, samples, load: seen, policy }),
  ].map((one) => unlessMiscounted(unlessBusy(one, load), seen))
  if (boots.some(({ outcome }) => outcome === 'generating')) return all
  return all.map((one) => (one.outcome === 'inconclusive' ? { ...one, reason: NOTHING_TIMED } : one))
}

/** The ids of what holds the time of an answer against a limit; a start is loaded from disk, which no load on the cores explains. */
const TIMED = /^(?:warm-to-cold|warm-budget|limits\.(?!cold).*MsP\d+)$/

/** A limit broken by a time that a busy machine explains is not known to be broken. */
function unlessBusy(one: Comparison, load: Load | undefined): Comparison {
  const { id, outcome, value, limit, reason } = one
  if (outcome !== 'failed' || !load || value === undefined || limit === undefined || !TIMED.test(id))
    return one
  const isRelative = id === 'warm-to-cold' && limit > NO_RELOAD_MS
  if (!explains(load, { tookMs: value, limitMs: limit, isRelative })) return one
  return { ...one, outcome: 'inconclusive', reason: `${reason}; but ${describeLoad(load)}` }
}

const NOTHING_TIMED = 'nothing was timed, no start of the service generated'

const NOT_STARTED = 'the service already ran and was not started here, so its cold start is not known'

/** A gate of a part is no PASS. */
const LEFT_OUT: Comparison = {
  ...{ id: 'cold-starts', says: 'enough starts were timed until the first good answer' },
  ...{ outcome: 'inconclusive', reason: NO_COLD },
}

/** Why nobody was to time a cold start; undefined where some were to be timed. */
function whyNotTimed({ boots, scaleToZero }: CompareInput): string | undefined {
  if (scaleToZero) return scaleToZero.coldStarts === 0 ? NO_COLD : undefined
  return boots.length > 0 && boots.every(({ origin }) => origin === 'found') ? NOT_STARTED : undefined
}

function coldStarts(
  { cold }: Sorted,
  policy: Policy,
  notTimed: string | undefined,
  fewer: string | undefined,
): Comparison {
  const [id, says] = ['cold-starts', 'enough starts were timed until the first good answer']
  if (notTimed !== undefined) return { id, says, outcome: 'not-applicable', reason: notTimed }
  const [value, limit] = [cold.length, Math.max(1, policy.minColdStarts)]
  const reason = `${value} of at least ${limit} cold starts were timed`
  if (value >= limit) return { id, says, outcome: 'passed', reason, value, limit }
  if (fewer !== undefined)
    return { id, says, outcome: 'inconclusive', reason: `${reason}: ${fewer}`, value, limit }
  const wouldSettle = { INFERGATE_COLD_STARTS: limit }
  return { id, says, outcome: 'inconclusive', reason, value, limit, wouldSettle }
}

function warmToCold(sorted: Sorted, policy: Policy, notTimed: string | undefined): Comparison {
  const says = `a warm answer takes at most ${percent(policy.warmToColdRatio)} of a cold start: it does not load again`
  const base = { id: 'warm-to-cold', says } as const
  if (notTimed !== undefined) return { ...base, outcome: 'not-applicable', reason: notTimed }
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
