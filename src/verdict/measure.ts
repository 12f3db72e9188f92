import type { Boot, LoadSearch, Measurement, Sample, Unit, Unmeasured, Warmth } from '../records/index.ts'
import {
  median,
  medianInterval,
  minimumForUpperBound,
  quantile,
  quantileInterval,
  rateInterval,
} from '../statistics/index.ts'
import { measureIdle } from './after-idle.ts'
import { measureLoad } from './measure-load.ts'
import { type Sorted, sortSamples, tokenRates, usableOf } from './samples.ts'
import { measureSearch } from './search.ts'
import { type LoadContext, seenLoad } from './seen-load.ts'

export type Measured = {
  readonly measurements: readonly Measurement[]
  readonly unmeasured: readonly Unmeasured[]
}

export type MeasureContext = {
  /** Where given, a sample of a start that is not among them counts as nothing. */
  readonly boots?: readonly Boot[]
  /** Names the wire, for the reason why a measure is absent. */
  readonly dialect?: string
  /** Of a run that sent a sequence of loads. */
  readonly search?: LoadSearch | undefined
} & LoadContext

type One = Measurement | Unmeasured

/** Every number that samples give, and for each that they do not give the reason. Cold, warm and steady never share one. */
export function measure(samples: readonly Sample[], context: MeasureContext = {}): Measured {
  const { boots, dialect } = context
  const sorted = sortSamples(samples, boots)
  const load = seenLoad(usableOf(samples, sorted), context)
  const all: One[] = [
    atQuantile(
      'coldStartMs',
      'cold',
      sorted.cold.map(({ coldStartMs }) => coldStartMs),
      0.5,
      'good cold start',
    ),
    ...latencies(sorted, dialect),
    outputRate(sorted),
    errorRate(sorted),
    warmToCold(sorted),
    secondToFirst(sorted),
    ...measureIdle(samples),
    ...(load ? measureLoad(load) : []),
    ...(context.search ? measureSearch(context.search) : []),
  ]
  return {
    measurements: all.filter((one) => 'value' in one),
    unmeasured: all.filter((one) => 'reason' in one),
  }
}

const QUANTILES = { P50: 0.5, P90: 0.9, P99: 0.99 } as const
const NO_STREAM = 'the ananke wire does not stream, so there is no first token to time'

function latencies({ warm }: Sorted, dialect: string | undefined): One[] {
  return (['e2eMs', 'ttftMs', 'tpotMs'] as const).flatMap((field) =>
    Object.entries(QUANTILES).map(([suffix, p]) => {
      const name = `${field}${suffix}`
      const values = warm.flatMap((sample) => sample[field] ?? [])
      if (values.length === 0 && warm.length > 0 && field !== 'e2eMs')
        return missing(name, 'warm', dialect === 'ananke' ? NO_STREAM : WHY_ABSENT[field])
      return atQuantile(name, 'warm', values, p, 'good warm answer')
    }),
  )
}

const WHY_ABSENT = {
  ttftMs: 'no answer was streamed, so there is no first token to time',
  tpotMs: 'no answer was a stream of two events with a usage count of two tokens',
} as const

/**
 * The quantile with its interval, or why n does not allow it. A median needs one value, a tail its upper bound. The interval of
 * a median is as wide as the values depend on each other; that of a tail takes them as independent.
 */
function atQuantile(name: string, warmth: Warmth, values: readonly number[], p: number, what: string): One {
  const n = values.length
  if (n === 0) return missing(name, warmth, `there was no ${what}`)
  const needed = p > 0.5 ? minimumForUpperBound(p) : 1
  if (n < needed) {
    const reason = `not estimable: a 95 % upper bound of p${100 * p} needs ${needed} values, there were ${n}`
    return missing(name, warmth, reason)
  }
  const interval = p === 0.5 ? medianInterval(values) : quantileInterval(values, p)
  return { name, warmth, unit: 'ms', value: quantile(values, p), n, ...interval }
}

/** Output tokens per second of one answer (tokens / e2e), the median over answers: what one caller sees. */
function outputRate({ warm }: Sorted): One {
  const name = 'outputTokensPerSecond'
  const rates = tokenRates(warm)
  if (rates.length === 0) return missing(name, 'warm', 'no warm answer came with a count of its tokens')
  return measured(name, 'tokens/s', median(rates), rates.length, medianInterval(rates))
}

function errorRate({ askedWarm, failedWarm }: Sorted): One {
  const n = askedWarm.length
  if (n === 0) return missing('errorRate', 'warm', 'no warm request was sent')
  return measured('errorRate', 'ratio', failedWarm.length / n, n, rateInterval(failedWarm.length, n))
}

/** A ratio of two medians. It has no interval: with a handful of starts none would be honest. */
function warmToCold({ warm, cold }: Sorted): One {
  const name = 'warmToCold'
  if (cold.length === 0) return missing(name, 'warm', 'no cold start was timed to compare with')
  if (warm.length === 0) return missing(name, 'warm', 'there was no good warm answer')
  const ratio = median(warm.map(({ e2eMs }) => e2eMs)) / median(cold.map(({ coldStartMs }) => coldStartMs))
  return measured(name, 'ratio', ratio, warm.length)
}

/** The second start of one run against the first: what a machine keeps of a start (files in memory, compiled code) makes it quicker. */
function secondToFirst({ cold }: Sorted): One {
  const name = 'secondToFirstStart'
  const [first, second] = cold.toSorted((one, other) => one.boot - other.boot)
  if (!first || !second) return missing(name, 'cold', 'fewer than two cold starts were timed')
  return { name, warmth: 'cold', unit: 'ratio', value: second.coldStartMs / first.coldStartMs, n: 2 }
}

const measured = (name: string, unit: Unit, value: number, n: number, interval?: object): Measurement => ({
  name,
  warmth: 'warm',
  unit,
  value,
  n,
  ...interval,
})

const missing = (name: string, warmth: Warmth, reason: string): Unmeasured => ({
  name,
  warmth,
  reason,
})
