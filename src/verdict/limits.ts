import type { Comparison, Limit, Policy, Sample } from '../records/index.ts'
import { detectableRate, minimumForUpperBound } from '../statistics/index.ts'
import { percent } from './figures.ts'
import { inFull, METRICS, type Metric } from './limit-metrics.ts'
import type { Gap, Seen } from './load-quantiles.ts'
import { type Sorted, usableOf } from './samples.ts'
import type { SeenLoad } from './seen-load.ts'

export type LimitsInput = {
  readonly sorted: Sorted
  readonly samples: readonly Sample[]
  readonly load: SeenLoad | undefined
  readonly policy: Policy
}

/** Every limit of the policy held against what was measured. One that nothing was measured for is inconclusive, never passed. */
export function judgeLimits({ sorted, samples, load, policy }: LimitsInput): readonly Comparison[] {
  const { limits = {}, minWarmSamples } = policy
  const usable = usableOf(samples, sorted)
  return Object.entries(limits).map(([name, limit]) => {
    const id = `limits.${name}`
    const metric = METRICS.get(inFull(name))
    const value = limit.max ?? limit.min ?? Number.NaN
    if (!metric || limit[metric.bound] === undefined)
      return { id, says: name, outcome: 'inconclusive', reason: 'this limit is not known', limit: value }
    const { warmth, bound, figure } = metric
    const margin = limit.margin ? ` with a margin of ${percent(limit.margin)}` : ''
    const says = `${inFull(name)} is at ${bound === 'max' ? 'most' : 'least'} ${figure(value)}${margin}`
    const all = usable.filter((one) => one.warmth === warmth)
    const good = warmth === 'cold' ? sorted.cold : inOrder(all.filter(isGood))
    const seen = all.length === 0 ? { gap: `no ${warmth} sample was taken` } : metric.see({ good, all, load })
    return { id, says, ...judge(seen, limit, metric, warmth === 'warm' ? minWarmSamples : 1) }
  })
}

const isGood = ({ outcome, warmUp }: Sample): boolean => outcome === 'completed' && !warmUp
const inOrder = (samples: readonly Sample[]): readonly Sample[] =>
  samples.toSorted((one, other) => one.sentAtMs - other.sentAtMs)

function judge(seen: Seen | Gap, limit: Limit, metric: Metric, needed: number): Judged {
  const { bound, figure, warmth } = metric
  const given = limit[bound] ?? Number.NaN
  const allowed = given * (1 + (bound === 'max' ? 1 : -1) * (limit.margin ?? 0))
  if ('gap' in seen) return { outcome: 'inconclusive', reason: seen.gap, limit: allowed }
  const { value, n } = seen
  const interval = seen.interval ?? seen.bounds
  const isOfStarts = warmth === 'cold' && !seen.interval
  const sure = isOfStarts ? 'best and worst start' : '95 %'
  const between = interval ? ` [${figure(interval.low)} to ${figure(interval.high)}, ${sure}]` : ''
  const reason = `${figure(value)}${between}, n = ${n}, limit ${figure(allowed)}`
  const more = warmth === 'steady' ? LONGER : MORE
  const judged = (outcome: Judged['outcome'], why = ''): Judged => ({
    ...{ outcome, reason: `${reason}${why}`, value, limit: allowed },
  })
  if (!interval && warmth === 'steady' && n >= MANY)
    return judged('inconclusive', `: the slow ones came beside each other, which tells too little; ${more}`)
  if (!interval) return judged('inconclusive', `: too few for an interval; ${more}`)
  const [best, worst] = bound === 'max' ? [interval.low, interval.high] : [-interval.high, -interval.low]
  const most = bound === 'max' ? allowed : -allowed
  if (best > most) return judged('failed')
  if (n < needed) return judged('inconclusive', `: from fewer than ${needed} answers; ${more}`)
  if (worst <= most) return judged('passed')
  // No number of answers shows that a rate is 0: a limit of 0 asks that none fails.
  if (allowed === 0 && value === 0)
    return judged('passed', `; a rate of ${figure(detectableRate(n))} would have shown (95 %)`)
  return judged('inconclusive', `: the limit lies inside the interval; ${more}`)
}

type Judged = Omit<Comparison, 'id' | 'says'>

/** So many answers have an interval, unless they depend on each other. */
const MANY = minimumForUpperBound(0.99)
const MORE = 'more samples would settle it (bench.warmRequests, bench.coldStarts)'
const LONGER = 'a longer load would settle it (--duration)'
