import { type MetricSample, metricSum, parseMetrics } from '../judges/index.ts'
import type { Level, ServerTime, ServiceCounters, ServiceReading } from '../records/index.ts'

/** One reading, without the families that nobody asks for. */
export type CountersReading = readonly MetricSample[]

/** vLLM's families, the newer name first. */
const [WAITING, RUNNING] = ['vllm:num_requests_waiting', 'vllm:num_requests_running']
const KV_USE = ['vllm:kv_cache_usage_perc', 'vllm:gpu_cache_usage_perc']
const LEVELS = [WAITING, RUNNING, ...KV_USE]
const COUNTS = [
  ...['vllm:prefix_cache_queries_total', 'vllm:prefix_cache_hits_total', 'vllm:num_preemptions_total'],
  ...['vllm:prompt_tokens_total', 'vllm:generation_tokens_total'],
]
const TTFT = 'vllm:time_to_first_token_seconds'
const E2E = 'vllm:e2e_request_latency_seconds'

/**
 * Reads the levels, or with `isWhole` the counters and histograms, too. Lines of other families are not parsed: vLLM's 60 kB would
 * hold up the client of the load for milliseconds.
 */
export function readCounters(text: string, isWhole: boolean): CountersReading {
  const wanted = isWhole ? [...LEVELS, ...COUNTS, TTFT, E2E] : LEVELS
  const lines = text.split('\n').filter((line) => wanted.some((name) => line.startsWith(name)))
  return parseMetrics(lines.join('\n'))
}

/** What the counters came to: `readings` in the order of time, the first and the last whole. Undefined where none is known. */
export function countersOver(readings: readonly CountersReading[]): ServiceCounters | undefined {
  const [before, after] = [readings[0], readings.at(-1)]
  if (!before || !after || before.length === 0) return undefined
  const grew = (name: string) => growth(before, after, name)
  const [queries, hits] = [grew('vllm:prefix_cache_queries_total'), grew('vllm:prefix_cache_hits_total')]
  return defined({
    readings: readings.length,
    waiting: levelOf(readings, WAITING),
    running: levelOf(readings, RUNNING),
    kvUse: KV_USE.map((name) => levelOf(readings, name)).find(Boolean),
    prefixHits: queries && hits !== undefined ? hits / queries : undefined,
    preemptions: grew('vllm:num_preemptions_total'),
    promptTokens: grew('vllm:prompt_tokens_total'),
    generatedTokens: grew('vllm:generation_tokens_total'),
    ttft: timeOf(before, after, TTFT),
    e2e: timeOf(before, after, E2E),
  })
}

/** The levels of one reading; empty where it has none. */
export function levelsAt(reading: CountersReading): Omit<ServiceReading, 'atMs'> {
  const [waiting, running] = [metricSum(reading, WAITING), metricSum(reading, RUNNING)]
  const kvUse = KV_USE.map((name) => metricSum(reading, name)).find((value) => value !== undefined)
  return {
    ...(waiting !== undefined && { waiting }),
    ...(running !== undefined && { running }),
    ...(kvUse !== undefined && { kvUse }),
  }
}

function levelOf(readings: readonly CountersReading[], name: string): Level | undefined {
  const values = readings.flatMap((reading) => metricSum(reading, name) ?? [])
  const [before] = values
  if (before === undefined) return undefined
  const during = values.length > 1 ? values.slice(1) : values
  return {
    before,
    mean: during.reduce((sum, value) => sum + value, 0) / during.length,
    most: Math.max(...values),
  }
}

/** Undefined, too, where it went down: the service was started anew meanwhile. */
function growth(before: CountersReading, after: CountersReading, name: string): number | undefined {
  const [from, to] = [metricSum(before, name), metricSum(after, name)]
  return from === undefined || to === undefined || to < from ? undefined : to - from
}

function timeOf(before: CountersReading, after: CountersReading, name: string): ServerTime | undefined {
  const [n, seconds] = [growth(before, after, `${name}_count`), growth(before, after, `${name}_sum`)]
  if (!n || seconds === undefined) return undefined
  const p50 = histogramMedian(before, after, `${name}_bucket`)
  return { n, meanMs: (1_000 * seconds) / n, ...(p50 && { p50 }) }
}

/** As Prometheus' `histogram_quantile`: a straight line within the bucket in which the median lies; none in the last, open one. */
function histogramMedian(before: CountersReading, after: CountersReading, name: string): ServerTime['p50'] {
  const bounds = [
    ...new Set(after.filter((one) => one.name === name).map(({ labels }) => labels['le'] ?? '')),
  ]
  const buckets = bounds
    .map((le) => {
      const of = (reading: CountersReading) => reading.filter(({ labels }) => labels['le'] === le)
      const top = le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le)
      return { top, count: growth(of(before), of(after), name) ?? 0 }
    })
    .toSorted((one, other) => one.top - other.top)
  const half = (buckets.at(-1)?.count ?? 0) / 2
  const at = buckets.findIndex(({ count }) => count >= half)
  const bucket = buckets[at]
  if (!bucket || half === 0 || !Number.isFinite(bucket.top)) return undefined
  const below = buckets[at - 1] ?? { top: 0, count: 0 }
  const share = (half - below.count) / (bucket.count - below.count)
  const ms = 1_000 * (below.top + share * (bucket.top - below.top))
  return { ms, fromMs: 1_000 * below.top, toMs: 1_000 * bucket.top }
}

type Loose<T> = { readonly [K in keyof T]: T[K] | undefined }

const defined = (counters: Loose<Required<ServiceCounters>>): ServiceCounters =>
  Object.fromEntries(
    Object.entries(counters).filter(([, value]) => value !== undefined),
  ) as unknown as ServiceCounters
