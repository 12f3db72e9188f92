import type { ComparedMetric, Night, SeriesTrend, StartFigures, StoredBaseline } from '../records/index.ts'
import { median } from '../statistics/index.ts'
import { counts } from './points.ts'

/** A series of the target, and what it says. */
export type Known = { readonly trend: SeriesTrend; readonly nights: readonly Night[] }

/** The starts of a night, by the id of its run. */
export type StartsOf = (runId: string) => readonly StartFigures[] | undefined

/** So many nights tell how starts of one night differ; older ones add nothing to that. */
const NIGHTS_OF_STARTS = 20

type Level = {
  readonly metric: ComparedMetric
  readonly nights: readonly Night[]
  /** In the unit of the metric, on a machine as fast as tonight's. */
  readonly level: number
  readonly sd: number
}

/**
 * The accepted nights of a target as a baseline that tonight can be held against. The level of a metric is the median of the accepted
 * segment of its series; where tonight's reference was measured too, of the ratios to the reference, times tonight's. Its starts are
 * those of the newest nights, each night's moved to that level, so that they differ as the starts of one night do. What nights differ
 * by is the drift: of one night and of the mean of k nights it is sd·√(1 + 1/k), which stands here as sd·√((1 + 1/k) / 2), since a stored
 * baseline counts its drift for two single runs. Undefined where no series has an accepted level yet.
 */
export function acceptedBaseline(
  known: readonly Known[],
  startsOf: StartsOf,
  reference: readonly StartFigures[] = [],
): StoredBaseline | undefined {
  const levels = known.flatMap((series) => levelOf(series, reference) ?? [])
  const newest = levels
    .flatMap(({ nights }) => nights.slice(-NIGHTS_OF_STARTS))
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
  const last = newest.at(-1)
  if (!last) return undefined
  const runIds = [...new Set(newest.map(({ runId }) => runId))]
  const accepted = new Set(levels.flatMap(({ nights }) => nights.map(({ runId }) => runId)))
  return {
    ...{ runId: last.runId, startedAt: last.at, nights: accepted.size },
    starts: runIds.flatMap((runId) => movedStarts(runId, levels, startsOf(runId) ?? [])),
    drift: Object.fromEntries(
      levels.map(({ metric, nights: { length }, sd }) => [
        metric,
        { sd: sd * Math.sqrt((1 + 1 / length) / 2), runs: length },
      ]),
    ),
  }
}

function levelOf({ trend, nights }: Known, reference: readonly StartFigures[]): Level | undefined {
  const { accepted, againstReference, series } = trend
  // What a load measured has the names of warm answers, and no figure of a start.
  if (!accepted || series.warmth === 'steady' || !isCompared(series.metric)) return undefined
  const { metric } = series
  const tonight = reference.flatMap(({ values }) => values[metric] ?? [])
  const isRatio = againstReference && tonight.length > 0
  const measureOf = ({ value, reference: beside }: Night): number | undefined =>
    isRatio ? beside && value / beside : value
  const used = nights.slice(accepted.from, accepted.to + 1).filter(isAccepted)
  const values = used.flatMap((night) => measureOf(night) ?? [])
  if (values.length === 0) return undefined
  return {
    ...{ metric, nights: used.filter((night) => measureOf(night) !== undefined) },
    level: median(values) * (isRatio ? median(tonight) : 1),
    sd: logSd(values),
  }
}

/** A night that failed is in its series, or a regression would hide itself; nothing is held against it. */
const isAccepted = (night: Night): boolean => counts(night) && night.verdict !== 'FAIL'

/** Each metric of a night's starts, moved by what the night as a whole was off its level. */
function movedStarts(
  runId: string,
  levels: readonly Level[],
  starts: readonly StartFigures[],
): readonly StartFigures[] {
  const ofNight = levels.flatMap(({ metric, nights, level }) => {
    const night = nights.find((one) => one.runId === runId)
    return night ? [{ metric, level, value: night.value }] : []
  })
  // A table of nights knows no starts: what a night came to is then one, and what nights differ by counts for starts.
  if (starts.length === 0)
    return [
      {
        boot: 0,
        values: Object.fromEntries(ofNight.map(({ metric, value }) => [metric, value])),
        ...NONE_ASKED,
      },
    ]
  return starts.map((start) => ({
    ...start,
    values: Object.fromEntries(
      ofNight.flatMap(({ metric, level, value: middle }) => {
        const value = start.values[metric]
        return value === undefined ? [] : [[metric, (value * level) / middle]]
      }),
    ),
  }))
}

const NONE_ASKED = { requests: 0, failed: 0 }

/** The sample standard deviation of log(value); 0 for one value. */
function logSd(values: readonly number[]): number {
  if (values.length < 2) return 0
  const logs = values.map(Math.log)
  const mean = logs.reduce((sum, one) => sum + one, 0) / logs.length
  return Math.sqrt(logs.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (logs.length - 1))
}

const isCompared = (metric: string): metric is ComparedMetric =>
  metric === 'coldStartMs' ||
  metric === 'outputTokensPerSecond' ||
  /^(?:ttft|tpot|e2e)MsP(?:50|90|99)$/.test(metric)
