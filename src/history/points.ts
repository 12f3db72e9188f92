import type { ComparedMetric, Measurement, StartFigures } from '../records/index.ts'
import { median } from '../statistics/index.ts'
import type { Point, RunRecord } from './record.ts'

/**
 * What a run adds to its series. What each start has measured is one point, their median; what only the whole run has
 * (a load, a rate of errors) is the measurement. A run that is no night adds nothing.
 */
export function pointsOf(record: RunRecord): readonly Point[] {
  const { starts, measurements, load, points, isNight } = record
  if (points) return points
  if (!isNight) return []
  const ofStarts = [...metricsOf(starts)].map((metric) => pointOfStarts(metric, record))
  const isCovered = ({ name, warmth }: Measurement) =>
    ofStarts.some((one) => one.metric === name && one.warmth === warmth)
  const ofRun = measurements
    .filter((one) => !isCovered(one))
    .map(({ name, warmth, unit, value }) => ({
      ...{ scenario: warmth === 'steady' ? (load?.scenario ?? 'load') : SCENARIOS[warmth] },
      ...{ metric: name, warmth, unit, value, starts: Math.max(1, starts.length) },
      attributes: warmth === 'steady' ? (load?.attributes ?? {}) : {},
    }))
  return [...ofStarts, ...ofRun]
}

/** Those of the samples. */
const SCENARIOS = { cold: 'cold-start', warm: 'warm' } as const

const metricsOf = (starts: readonly StartFigures[]): ReadonlySet<ComparedMetric> =>
  new Set(starts.flatMap(({ values }) => Object.keys(values) as ComparedMetric[]))

function pointOfStarts(metric: ComparedMetric, { starts, reference = [] }: RunRecord): Point {
  const warmth = metric === 'coldStartMs' ? 'cold' : 'warm'
  const values = valuesOf(metric, starts)
  const beside = valuesOf(metric, reference)
  const spread = logSd(values)
  const tokens = starts.flatMap(({ outputTokens }) => outputTokens ?? [])
  return {
    ...{ scenario: SCENARIOS[warmth], metric, warmth },
    unit: metric === 'outputTokensPerSecond' ? 'tokens/s' : 'ms',
    ...{ value: median(values), starts: values.length },
    ...(spread !== undefined && { spread }),
    ...(beside.length > 0 && { reference: median(beside) }),
    attributes: warmth === 'warm' && tokens.length > 0 ? { outputTokens: median(tokens) } : {},
  }
}

const valuesOf = (metric: ComparedMetric, starts: readonly StartFigures[]): readonly number[] =>
  starts.flatMap(({ values }) => values[metric] ?? [])

/** The sample standard deviation of log(value); undefined for one value, and where one has no logarithm. */
function logSd(values: readonly number[]): number | undefined {
  if (values.length < 2 || values.some((value) => value <= 0)) return undefined
  const logs = values.map(Math.log)
  const mean = logs.reduce((sum, one) => sum + one, 0) / logs.length
  return Math.sqrt(logs.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (logs.length - 1))
}
