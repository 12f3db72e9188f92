import type { Comparison, Limit, Policy, Sample, Warmth } from '../records/index.ts'
import {
  detectableRate,
  type Interval,
  median,
  medianInterval,
  minimumForUpperBound,
  quantile,
  quantileInterval,
  rateInterval,
} from '../statistics/index.ts'
import { milliseconds, percent } from './figures.ts'
import type { Sorted } from './samples.ts'

const WARMTHS = ['cold', 'warm', 'steady'] as const
const STATISTICS = { P50: 0.5, P90: 0.9, P99: 0.99 } as const
const TIMES = ['e2eMs', 'ttftMs', 'tpotMs'] as const

type Seen = { readonly value: number; readonly n: number; readonly interval?: Interval | undefined }
type Gap = { readonly gap: string }

type Metric = {
  readonly warmth: Warmth
  readonly bound: 'max' | 'min'
  readonly figure: (value: number) => string
  /** What the samples of its warmth come to, or why they come to nothing. */
  readonly see: (good: readonly Sample[], all: readonly Sample[]) => Seen | Gap
}

const METRICS: ReadonlyMap<string, Metric> = new Map(
  WARMTHS.flatMap((warmth) => [
    ...TIMES.flatMap((field) => times(warmth, field)),
    ...(warmth === 'cold' ? times(warmth, 'coldStartMs') : []),
    [
      `${warmth}.outputTokensPerSecond`,
      { warmth, bound: 'min', figure: (value) => `${value.toPrecision(3)} tokens/s`, see: outputRate },
    ] satisfies [string, Metric],
    [`${warmth}.errorRate`, { warmth, bound: 'max', figure: percent, see: errorRate }] satisfies [
      string,
      Metric,
    ],
  ]),
)

/** Without a warmth: warm, and cold for the start itself. */
const inFull = (name: string): string =>
  name.includes('.') ? name : `${name.startsWith('coldStartMs') ? 'cold' : 'warm'}.${name}`

/** Each name that `policy.limits` may hold, and whether its value is the largest or the smallest that is allowed. */
export const LIMIT_NAMES: Readonly<Record<string, 'max' | 'min'>> = Object.fromEntries(
  [...METRICS].flatMap(([name, { bound }]) => {
    const short = name.slice(name.indexOf('.') + 1)
    return [[name, bound], ...(inFull(short) === name ? [[short, bound]] : [])]
  }),
)

/** Every limit of the policy held against what was measured. One that nothing was measured for is inconclusive, never passed. */
export function judgeLimits(
  sorted: Sorted,
  samples: readonly Sample[],
  { limits = {}, minWarmSamples }: Policy,
): readonly Comparison[] {
  return Object.entries(limits).map(([name, limit]) => {
    const id = `limits.${name}`
    const metric = METRICS.get(inFull(name))
    const value = limit.max ?? limit.min ?? Number.NaN
    if (!metric || limit[metric.bound] === undefined)
      return { id, says: name, outcome: 'inconclusive', reason: 'this limit is not known', limit: value }
    const { warmth, bound, figure } = metric
    const margin = limit.margin ? ` with a margin of ${percent(limit.margin)}` : ''
    const says = `${inFull(name)} is at ${bound === 'max' ? 'most' : 'least'} ${figure(value)}${margin}`
    const all = samples.filter((one) => one.warmth === warmth && !sorted.unusable.includes(one))
    const good = warmth === 'cold' ? sorted.cold : inOrder(all.filter(isGood))
    const seen = all.length === 0 ? { gap: `no ${warmth} sample was taken` } : metric.see(good, all)
    return { id, says, ...judge(seen, limit, metric, warmth === 'warm' ? minWarmSamples : 1) }
  })
}

const isGood = ({ outcome, warmUp }: Sample): boolean => outcome === 'completed' && !warmUp
const inOrder = (samples: readonly Sample[]): readonly Sample[] =>
  samples.toSorted((one, other) => one.sentAtMs - other.sentAtMs)

function judge(seen: Seen | Gap, limit: Limit, { bound, figure }: Metric, needed: number): Judged {
  const given = limit[bound] ?? Number.NaN
  const allowed = given * (1 + (bound === 'max' ? 1 : -1) * (limit.margin ?? 0))
  if ('gap' in seen) return { outcome: 'inconclusive', reason: seen.gap, limit: allowed }
  const { value, n, interval } = seen
  const between = interval ? ` [${figure(interval.low)} to ${figure(interval.high)}, 95 %]` : ''
  const reason = `${figure(value)}${between}, n = ${n}, limit ${figure(allowed)}`
  const judged = (outcome: Judged['outcome'], why = ''): Judged => ({
    ...{ outcome, reason: `${reason}${why}`, value, limit: allowed },
  })
  if (!interval) return judged('inconclusive', `: too few for an interval; ${MORE}`)
  const [best, worst] = bound === 'max' ? [interval.low, interval.high] : [-interval.high, -interval.low]
  const most = bound === 'max' ? allowed : -allowed
  if (best > most) return judged('failed')
  if (n < needed) return judged('inconclusive', `: from fewer than ${needed} answers; ${MORE}`)
  if (worst <= most) return judged('passed')
  // No number of answers shows that a rate is 0: a limit of 0 asks that none fails.
  if (allowed === 0 && value === 0)
    return judged('passed', `; a rate of ${figure(detectableRate(n))} would have shown (95 %)`)
  return judged('inconclusive', `: the limit lies inside the interval; ${MORE}`)
}

type Judged = Omit<Comparison, 'id' | 'says'>

const MORE = 'more samples would settle it (bench.warmRequests, bench.coldStarts)'

function times(warmth: Warmth, field: (typeof TIMES)[number] | 'coldStartMs'): [string, Metric][] {
  return Object.entries(STATISTICS).map(([suffix, p]) => {
    const see = (good: readonly Sample[]): Seen | Gap => {
      const values = good.flatMap((sample) => sample[field] ?? [])
      if (values.length === 0) return { gap: `no good ${warmth} answer came with ${field}` }
      const [n, least] = [values.length, p > 0.5 ? minimumForUpperBound(p) : 1]
      if (n < least)
        return {
          gap: `not estimable: a 95 % upper bound of p${100 * p} needs ${least} values, there were ${n}`,
        }
      const interval = p === 0.5 ? medianInterval(values) : upperBounded(values, p)
      return { value: quantile(values, p), n, interval }
    }
    return [`${warmth}.${field}${suffix}`, { warmth, bound: 'max', figure: milliseconds, see }]
  })
}

/** Enough values for an upper bound may be too few for an interval: the largest then bounds it, and nothing from below. */
function upperBounded(values: readonly number[], p: number): Interval | undefined {
  const interval = quantileInterval(values, p)
  return interval ?? { low: Math.min(...values), high: Math.max(...values) }
}

/** Output tokens per second of one answer, the median over answers. */
function outputRate(good: readonly Sample[]): Seen | Gap {
  const rates = good.flatMap(({ outputTokens, e2eMs }) =>
    outputTokens ? outputTokens / (e2eMs / 1_000) : [],
  )
  if (rates.length === 0) return { gap: 'no good answer came with a count of its tokens' }
  return { value: median(rates), n: rates.length, interval: medianInterval(rates) }
}

function errorRate(_good: readonly Sample[], all: readonly Sample[]): Seen {
  const failed = all.filter(({ outcome }) => outcome !== 'completed').length
  return { value: failed / all.length, n: all.length, interval: rateInterval(failed, all.length) }
}
