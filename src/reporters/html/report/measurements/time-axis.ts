import type { LoadRun, Run } from '../../../../records/index.ts'
import { formatDuration, significant } from '../../../figures.ts'
import { chart, drawnFigure, html, type Markup, table } from '../../kit/index.ts'
import { courseOf, type Span } from './course.ts'
import type { Group } from './groups.ts'
import { latencyOverTime } from './latency-over-time.ts'
import { axisOfLoad, SECONDS, secondsOf, type TimeAxis } from './load-axis.ts'
import { queueChart } from './queue-chart.ts'

/** Of a load that the verdict is about, and of another step of a search. */
const SPANS = { judged: 120, other: 40 }

/** Rate, requests in flight, the service's own queue and the times of single answers, one below the other over one time. */
export function timeAxis(group: Group, run: Pick<Run, 'policy'>): Markup {
  const { load, all } = group
  if (!load)
    return html`<p>Not drawn over time, because the load has no end on record: when it was steady is not known.</p>`
  const spans = courseOf(all, load, group.isJudged ? SPANS.judged : SPANS.other)
  const axis = axisOfLoad(load, group.id)
  return html`<p class="soft">${phasesOf(load)}</p>
${rates(spans, axis)}
${inFlight(spans, axis, load)}
${queueChart(load, axis)}
${latencyOverTime(group, run, axis)}`
}

function phasesOf({ startedAtMs, endedAtMs, steady, warmUp, end }: LoadRun): string {
  const ended = `It ended: ${end.reason}.`
  if (!steady) return `No part of this load was steady: ${warmUp}. ${ended}`
  const [warm, kept, cool] = [
    ...[steady.fromMs - startedAtMs, steady.toMs - steady.fromMs, endedAtMs - steady.toMs],
  ].map((one) => formatDuration(Math.max(0, one)))
  return `Warm-up ${warm} (${warmUp}), steady ${kept}, cool-down ${cool}: only requests sent in the steady part count. ${ended}`
}

const RATES = [
  { field: 'sent', label: 'sent', tone: 'muted' },
  { field: 'completed', label: 'completed', tone: 'steady' },
  { field: 'failed', label: 'failed', tone: 'bad' },
  { field: 'turnedAway', label: 'turned away', tone: 'series-4' },
] as const

function rates(spans: readonly Span[], axis: TimeAxis): Markup {
  const total = (field: (typeof RATES)[number]['field']) => spans.reduce((sum, one) => sum + one[field], 0)
  const width = spans[0] ? formatDuration(spans[0].toMs - spans[0].fromMs) : ''
  const totals = RATES.map(({ field, label }) => `${total(field).toLocaleString('en-US')} ${label}`).join(
    ', ',
  )
  return chart(
    {
      ...axisOf(axis, spans),
      ...{ id: `${axis.id}-rate`, title: 'Requests a second', heightPx: 220 },
      says: `Requests a second over the load, counted in spans of ${width}: ${totals}.`,
      series: RATES.filter(({ field }) => field === 'sent' || field === 'completed' || total(field) > 0).map(
        ({ field, label, tone }) => ({
          ...{ label, tone, unit: 'requests/s', style: 'steps' as const },
          values: toTheEnd(spans.map((one) => drawnFigure(perSecond(one, one[field])))),
        }),
      ),
    },
    table(
      `Requests in each span of ${width}`,
      [
        { title: 'From', isNumber: true },
        ...RATES.map(({ label }) => ({ title: label, isNumber: true as const })),
      ],
      spans.map((one) => [startOf(one), ...RATES.map(({ field }) => one[field])]),
    ),
  )
}

function inFlight(spans: readonly Span[], axis: TimeAxis, load: LoadRun): Markup {
  return chart(
    {
      ...axisOf(axis, spans),
      ...{ id: `${axis.id}-in-flight`, title: 'Requests in flight, as this client saw them', heightPx: 200 },
      says: `Requests in flight over the load: at most ${load.mostInFlight} of ${load.maxInFlight} that were allowed.`,
      series: [
        {
          ...{ label: 'mean', unit: 'requests', style: 'steps', tone: 'steady' },
          values: toTheEnd(spans.map((one) => drawnFigure(one.inFlight))),
        },
        {
          ...{ label: 'most', unit: 'requests', style: 'steps', tone: 'muted' },
          values: toTheEnd(spans.map((one) => one.inFlightMost)),
        },
      ],
    },
    table(
      'Requests in flight in each span',
      [
        { title: 'From', isNumber: true },
        { title: 'Mean', isNumber: true },
        { title: 'Most', isNumber: true },
      ],
      spans.map((one) => [startOf(one), significant(one.inFlight), one.inFlightMost]),
    ),
  )
}

const axisOf = ({ range, bands, id }: TimeAxis, spans: readonly Span[]) => ({
  x: {
    ...{ label: SECONDS, range },
    values: [...spans.map((one) => secondsOf(one.fromMs)), secondsOf(spans.at(-1)?.toMs ?? 0)],
  },
  ...{ bands, sharesCursor: id },
})

/** A step goes on to the next value: the last span has one, too. */
const toTheEnd = (values: readonly number[]): readonly number[] => [...values, values.at(-1) ?? 0]

const startOf = (one: Span): string => `${secondsOf(one.fromMs)} s`
const perSecond = ({ fromMs, toMs }: Span, count: number): number => (1_000 * count) / (toMs - fromMs)
