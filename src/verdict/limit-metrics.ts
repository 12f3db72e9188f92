import type { Sample, Unit, Warmth } from '../records/index.ts'
import {
  median,
  medianInterval,
  minimumForUpperBound,
  quantile,
  quantileInterval,
  rateInterval,
} from '../statistics/index.ts'
import { milliseconds, percent, significant } from './figures.ts'
import { LOAD_METRICS, type LoadMetric, QUANTILES } from './load-metrics.ts'
import type { Gap, Seen } from './load-quantiles.ts'
import { oddityOf } from './oddities.ts'
import { tokenRates } from './samples.ts'
import type { SeenLoad } from './seen-load.ts'

/** What a limit can be set on. */
export type Metric = {
  readonly warmth: Warmth
  readonly bound: 'max' | 'min'
  readonly figure: (value: number) => string
  /** What the samples of its warmth come to, or why they come to nothing. */
  readonly see: (from: From) => Seen | Gap
}

export type From = {
  readonly good: readonly Sample[]
  readonly all: readonly Sample[]
  readonly load: SeenLoad | undefined
}

const TIMES = ['e2eMs', 'ttftMs', 'tpotMs'] as const

const FIGURES: Readonly<Record<Unit, (value: number) => string>> = {
  ms: milliseconds,
  ratio: percent,
  count: String,
  'tokens/s': (value) => `${significant(value)} tokens/s`,
  'requests/s': (value) => `${significant(value)} requests/s`,
}

const WARMTHS = ['cold', 'warm'] as const

/** By name in full, its warmth first. */
export const METRICS: ReadonlyMap<string, Metric> = new Map<string, Metric>([
  ...WARMTHS.flatMap((warmth): [string, Metric][] => [
    ...TIMES.flatMap((field) => times(warmth, field)),
    ...(warmth === 'cold' ? times(warmth, 'coldStartMs') : []),
    [
      `${warmth}.outputTokensPerSecond`,
      { warmth, bound: 'min', figure: FIGURES['tokens/s'], see: outputRate },
    ],
    [`${warmth}.errorRate`, { warmth, bound: 'max', figure: percent, see: errorRate }],
  ]),
  ...[...LOAD_METRICS].flatMap(([name, metric]) => ofLoad(name, metric)),
])

/** Without a warmth: warm where warm answers have it, else cold (of a start), else steady (of a load). */
export function inFull(name: string): string {
  if (name.includes('.')) return name
  const full = ['warm', 'cold', 'steady'].map((warmth) => `${warmth}.${name}`)
  return full.find((one) => METRICS.has(one)) ?? name
}

/** Each name that `policy.limits` may hold, and whether its value is the largest or the smallest that is allowed. */
export const LIMIT_NAMES: Readonly<Record<string, 'max' | 'min'>> = Object.fromEntries(
  [...METRICS].flatMap(([name, { bound }]) => {
    const short = name.slice(name.indexOf('.') + 1)
    return [[name, bound], ...(inFull(short) === name ? [[short, bound]] : [])]
  }),
)

function ofLoad(name: string, { bound, unit, see }: LoadMetric): [string, Metric][] {
  if (!bound) return []
  const seeUnlessOdd = ({ load }: From): Seen | Gap => {
    if (!load) return { gap: 'no steady sample was taken' }
    if (load.neverSteady !== undefined) return { gap: load.neverSteady }
    const oddity = oddityOf(name, load.oddities)
    return oddity ? { gap: oddity.says } : see(load)
  }
  return [[`steady.${name}`, { warmth: 'steady', bound, figure: FIGURES[unit], see: seeUnlessOdd }]]
}

function times(warmth: Warmth, field: (typeof TIMES)[number] | 'coldStartMs'): [string, Metric][] {
  return Object.entries(QUANTILES).map(([suffix, p]) => {
    const see = ({ good }: From): Seen | Gap => {
      const values = good.flatMap((sample) => sample[field] ?? [])
      if (values.length === 0) return { gap: `no good ${warmth} answer came with ${field}` }
      const [n, least] = [values.length, p > 0.5 ? minimumForUpperBound(p) : 1]
      if (n < least)
        return {
          gap: `not estimable: a 95 % upper bound of p${100 * p} needs ${least} values, there were ${n}`,
        }
      const ends = { low: Math.min(...values), high: Math.max(...values) }
      // A handful of starts has no interval that chance allows: the best and the worst of them decide.
      if (warmth === 'cold' && p === 0.5) return { value: quantile(values, p), n, bounds: ends }
      const interval = p === 0.5 ? medianInterval(values) : quantileInterval(values, p)
      // Enough values for an upper bound may be too few for an interval: the largest then bounds it, and nothing from below.
      return { value: quantile(values, p), n, interval, bounds: p === 0.5 ? undefined : ends }
    }
    return [`${warmth}.${field}${suffix}`, { warmth, bound: 'max', figure: milliseconds, see }]
  })
}

/** Output tokens per second of one answer, the median over answers. */
function outputRate({ good }: From): Seen | Gap {
  const rates = tokenRates(good)
  if (rates.length === 0) return { gap: 'no good answer came with a count of its tokens' }
  return { value: median(rates), n: rates.length, interval: medianInterval(rates) }
}

/** What the service turned away for want of room did not fail. */
function errorRate({ all }: From): Seen | Gap {
  const answered = all.filter(({ turnedAway }) => !turnedAway)
  const [n, failed] = [answered.length, answered.filter(({ outcome }) => outcome !== 'completed').length]
  if (n === 0) return { gap: `all ${all.length} requests were turned away` }
  return { value: failed / n, n, interval: rateInterval(failed, n) }
}
