import type { Boot, ComparedMetric, Sample, StartFigures } from '../../records/index.ts'
import { median, minimumForUpperBound, quantile } from '../../statistics/index.ts'
import { type Sorted, sortSamples, tokenRates } from '../samples.ts'

const TIMES = ['ttftMs', 'tpotMs', 'e2eMs'] as const
const QUANTILES = { P50: 0.5, P90: 0.9, P99: 0.99 } as const

/** What each start of a run measured, in the order of the starts; one that measured nothing is left out. */
export function startFigures(samples: readonly Sample[], boots: readonly Boot[]): readonly StartFigures[] {
  const sorted = sortSamples(samples, boots)
  const numbers = new Set([...sorted.askedWarm, ...sorted.cold].map(({ boot }) => boot))
  return [...numbers].toSorted((a, b) => a - b).map((boot) => figuresOf(boot, sorted))
}

function figuresOf(boot: number, { warm, cold, askedWarm, failedWarm }: Sorted): StartFigures {
  const isOfIt = (sample: Sample): boolean => sample.boot === boot
  const own = warm.filter(isOfIt)
  const coldStartMs = cold.find(isOfIt)?.coldStartMs
  const tokens = own.flatMap(({ outputTokens }) => outputTokens ?? [])
  const rates = tokenRates(own)
  return {
    boot,
    values: {
      ...(coldStartMs !== undefined && { coldStartMs }),
      ...Object.fromEntries(TIMES.flatMap((field) => quantilesOf(field, own))),
      ...(rates.length > 0 && { outputTokensPerSecond: median(rates) }),
    },
    requests: askedWarm.filter(isOfIt).length,
    failed: failedWarm.filter(isOfIt).length,
    ...(tokens.length > 0 && { outputTokens: median(tokens) }),
  }
}

/** A tail counts from where it has an upper bound at 95 %: p90 from 29 requests, p99 from 299. */
function quantilesOf(field: (typeof TIMES)[number], samples: readonly Sample[]) {
  const values = samples.flatMap((sample) => sample[field] ?? [])
  return Object.entries(QUANTILES).flatMap(([suffix, p]): [ComparedMetric, number][] => {
    const needed = p > 0.5 ? minimumForUpperBound(p) : 1
    if (values.length < needed) return []
    return [[`${field}${suffix}` as ComparedMetric, quantile(values, p)]]
  })
}
