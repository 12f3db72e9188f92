import type { Sample, Unit } from '../records/index.ts'
import { rateInterval } from '../statistics/index.ts'
import { type Gap, quantileOf, ratioOf, type Seen } from './load-quantiles.ts'
import { NO_COUNT, RATES, rateOf } from './load-rates.ts'
import { TIMES } from './load-times.ts'
import { tokenRates } from './samples.ts'
import type { SeenLoad } from './seen-load.ts'

/** One number of a load. */
export type LoadMetric = {
  readonly unit: Unit
  /** Which bound a limit of it has; absent: it says how the load was and nothing of the service, so that it has none. */
  readonly bound?: 'max' | 'min'
  readonly see: (load: SeenLoad) => Seen | Gap
}

export const QUANTILES = { P50: 0.5, P90: 0.9, P99: 0.99 } as const

const TOKEN_RATES: readonly string[] = ['inputTokensPerSecond', 'outputTokensPerSecond']

/** Every number of a load by its name, in the order in which reports show them. */
export const LOAD_METRICS: ReadonlyMap<string, LoadMetric> = new Map<string, LoadMetric>([
  ...Object.entries(TIMES).flatMap(([field, valuesOf]) =>
    Object.entries(QUANTILES).map(([suffix, p]): [string, LoadMetric] => [
      `${field}${suffix}`,
      {
        unit: 'ms',
        ...(field !== 'sendLagMs' && { bound: 'max' }),
        see: (load) => quantileOf(valuesOf(load), p),
      },
    ]),
  ),
  ...Object.entries(RATES).map(([name, find]): [string, LoadMetric] => [
    name,
    {
      unit: TOKEN_RATES.includes(name) ? 'tokens/s' : 'requests/s',
      ...(name !== 'askedRequestsPerSecond' && { bound: 'min' }),
      see: (load) => rateOf(find(load), load),
    },
  ]),
  ['answerTokensPerSecondP50', { unit: 'tokens/s', bound: 'min', see: answerRate }],
  ['errorRate', { unit: 'ratio', bound: 'max', see: errorRate }],
  ['turnedAwayRate', { unit: 'ratio', bound: 'max', see: (load) => shareOf(load, load.turnedAway) }],
  ['spoiledRate', { unit: 'ratio', see: (load) => shareOf(load, load.asked.filter(isSpoiled)) }],
  ['tokensOfAsked', { unit: 'ratio', see: tokensOfAsked }],
  ['chunksPerRead', { unit: 'ratio', see: chunksPerRead }],
  ['tokensPerChunk', { unit: 'ratio', see: tokensPerChunk }],
])

export const isSpoiled = ({ spoiledBy }: Sample): boolean => spoiledBy !== undefined && spoiledBy.length > 0

/** Tokens a second of one answer (tokens / e2e), the median over answers: what one caller sees. */
function answerRate({ good }: SeenLoad): Seen | Gap {
  const values = tokenRates(good)
  return values.length === 0 ? { gap: NO_COUNT } : quantileOf({ values }, 0.5)
}

/** Of all requests that the service did not turn away: those did not fail. */
function errorRate({ asked, turnedAway, failed }: SeenLoad): Seen | Gap {
  const n = asked.length - turnedAway.length
  if (n === 0 && asked.length > 0) return { gap: `all ${asked.length} requests were turned away` }
  if (n === 0) return NOTHING_SENT
  return { value: failed.length / n, n, interval: rateInterval(failed.length, n) }
}

const NOTHING_SENT: Gap = { gap: 'no request was sent in the steady part' }

function shareOf({ asked }: SeenLoad, { length }: readonly Sample[]): Seen | Gap {
  const n = asked.length
  if (n === 0) return NOTHING_SENT
  return { value: length / n, n, interval: rateInterval(length, n) }
}

/** Tokens that usage counts, of those that were asked for. */
function tokensOfAsked({ good }: SeenLoad): Seen | Gap {
  const counted = good.flatMap(({ outputTokens: n, maxTokens }): [number, number][] =>
    n !== undefined && maxTokens ? [[n, maxTokens]] : [],
  )
  return counted.length === 0 ? { gap: NO_COUNT } : ratioOf(counted)
}

/** The coalescing index: above 1 a read brought several chunks at once. */
function chunksPerRead({ good }: SeenLoad): Seen | Gap {
  const streamed = good.flatMap(({ reads, chunkAtMs }): [number, number][] =>
    reads && chunkAtMs?.length ? [[chunkAtMs.length, reads]] : [],
  )
  return streamed.length === 0 ? { gap: 'no answer was streamed' } : ratioOf(streamed)
}

function tokensPerChunk({ good }: SeenLoad): Seen | Gap {
  const counted = good.flatMap(({ outputTokens: n, chunkAtMs }): [number, number][] =>
    n !== undefined && chunkAtMs?.length ? [[n, chunkAtMs.length]] : [],
  )
  return counted.length === 0
    ? { gap: 'no answer was a stream with a count of its tokens' }
    : ratioOf(counted)
}
