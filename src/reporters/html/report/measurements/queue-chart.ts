import type { LoadRun, ServiceReading } from '../../../../records/index.ts'
import { median } from '../../../../statistics/index.ts'
import { countOf, formatDuration, significant } from '../../../figures.ts'
import { type ChartSeries, chart, drawnFigure, html, type Markup, table } from '../../kit/index.ts'
import { SECONDS, secondsOf, type TimeAxis } from './load-axis.ts'

/** What a service says of itself at each reading. */
const LEVELS = [
  { of: ({ waiting }: ServiceReading) => waiting, label: 'waiting', says: 'requests waited', tone: 'bad' },
  { of: ({ running }: ServiceReading) => running, label: 'running', says: 'ran at once', tone: 'steady' },
] as const

/** The queue and the cache by the service's own metrics, as they were read. */
export function queueChart({ serviceUse }: LoadRun, axis: TimeAxis): Markup {
  const series = serviceUse?.series ?? []
  const levels = LEVELS.filter(({ of }) => series.some((one) => of(one) !== undefined))
  if (levels.length === 0) {
    const why = series.length > 0 ? 'its metrics have no count of waiting requests' : serviceUse?.noCounters
    return html`<p>The queue of the service: not measured, because ${why ?? 'this run kept no readings of it over time'}.</p>`
  }
  const most = levels.map(
    ({ of, says }) => `at most ${Math.max(...series.flatMap((one) => of(one) ?? []))} ${says}`,
  )
  return html`${chart(
    {
      ...seriesAxis(axis, series),
      ...{ id: `${axis.id}-queue`, title: "The service's queue, by its own metrics", heightPx: 180 },
      says: `By the service's own metrics, read ${countOf(series.length, 'time')}: ${most.join(', ')}.${unreadOf(series)}`,
      series: levels.map(
        ({ of, label, tone }): ChartSeries => ({
          ...{ label, tone, unit: 'requests' },
          values: withPauses(series).map((one) => of(one) ?? null),
        }),
      ),
    },
    readings(axis, series),
  )}${cacheChart(axis, series)}`
}

/** Between readings as far apart as this nobody knows what was: the service did not answer. */
const PAUSES = 3

const gapsOf = (series: readonly ServiceReading[]): readonly number[] =>
  series.slice(1).map(({ atMs }, at) => atMs - (series[at]?.atMs ?? 0))

function pauseOf(series: readonly ServiceReading[]): number {
  const gaps = gapsOf(series)
  return gaps.length === 0 ? Number.POSITIVE_INFINITY : PAUSES * median(gaps)
}

/** With an empty reading in each pause, so that no line is drawn over it. */
function withPauses(series: readonly ServiceReading[]): readonly ServiceReading[] {
  const pauseMs = pauseOf(series)
  return series.flatMap((one, at) => {
    const beforeMs = series[at - 1]?.atMs ?? one.atMs
    return one.atMs - beforeMs > pauseMs ? [{ atMs: (one.atMs + beforeMs) / 2 }, one] : [one]
  })
}

function unreadOf(series: readonly ServiceReading[]): string {
  const pauseMs = pauseOf(series)
  const long = gapsOf(series).filter((gap) => gap > pauseMs)
  return long.length === 0
    ? ''
    : ` Not known for ${formatDuration(long.reduce((sum, gap) => sum + gap, 0))}, because its metrics were not answered meanwhile.`
}

function cacheChart(axis: TimeAxis, series: readonly ServiceReading[]): Markup | undefined {
  const shares = withPauses(series).map(({ kvUse }) =>
    kvUse === undefined ? null : drawnFigure(100 * kvUse),
  )
  const known = shares.filter((share) => share !== null)
  if (known.length === 0) return undefined
  return chart(
    {
      ...seriesAxis(axis, series),
      ...{ id: `${axis.id}-kv-cache`, title: 'KV cache in use, by its own metrics', heightPx: 150 },
      says: `By the service's own metrics, read ${countOf(series.length, 'time')}: the KV cache was at most ${significant(Math.max(...known))} % full.`,
      series: [{ label: 'in use', unit: '%', tone: 'muted', values: shares }],
    },
    readings(axis, series),
  )
}

const seriesAxis = ({ startedAtMs, range, bands, id }: TimeAxis, series: readonly ServiceReading[]) => ({
  x: { label: SECONDS, values: withPauses(series).map(({ atMs }) => secondsOf(atMs - startedAtMs)), range },
  ...{ bands, sharesCursor: id },
})

const readings = ({ startedAtMs }: TimeAxis, series: readonly ServiceReading[]): Markup =>
  table(
    "Readings of the service's /metrics",
    ['At', 'Waiting', 'Running', 'KV cache'].map((title) => ({ title, isNumber: true })),
    series.map(({ atMs, waiting, running, kvUse }) => [
      `${secondsOf(atMs - startedAtMs)} s`,
      ...[waiting ?? '–', running ?? '–'],
      kvUse === undefined ? '–' : `${significant(100 * kvUse)} %`,
    ]),
  )
