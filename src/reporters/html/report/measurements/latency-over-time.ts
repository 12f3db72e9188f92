import type { Run, Sample } from '../../../../records/index.ts'
import { quantile } from '../../../../statistics/index.ts'
import { formatQuantity } from '../../../figures.ts'
import {
  type ChartSeries,
  chart,
  drawnFigure,
  extremes,
  html,
  type Markup,
  onOneAxis,
  type Point,
  table,
} from '../../kit/index.ts'
import type { Group } from './groups.ts'
import { limitMarks } from './limits.ts'
import { SECONDS, secondsOf, type TimeAxis } from './load-axis.ts'

/** Spans of time of which each shows its lowest and its highest point: more than that no screen shows apart. */
const SPANS = 500
/** Rows of the table. */
const ROWS = 20

type Kind = {
  readonly label: string
  readonly tone?: ChartSeries['tone']
  readonly is: (sample: Sample) => boolean
}

const isGood = ({ outcome }: Sample): boolean => outcome === 'completed'
const isSpoiled = ({ spoiledBy = [] }: Sample): boolean => spoiledBy.length > 0
const counts = ({ phase = 'steady', warmUp }: Sample): boolean => phase === 'steady' && !warmUp

/** Each sample is of one kind. */
const KINDS: readonly Kind[] = [
  { label: 'counted', is: (one) => isGood(one) && counts(one) && !isSpoiled(one) },
  {
    label: 'counted, the client was late meanwhile',
    tone: 'warm',
    is: (one) => isGood(one) && counts(one) && isSpoiled(one),
  },
  { label: 'outside the steady part, not counted', tone: 'muted', is: (one) => isGood(one) && !counts(one) },
  {
    ...{ label: 'turned away: time until it was known', tone: 'series-4' },
    is: (one) => !isGood(one) && one.turnedAway !== undefined,
  },
  {
    ...{ label: 'failed: time until it was known', tone: 'bad' },
    is: (one) => !isGood(one) && one.turnedAway === undefined,
  },
]

/** Every answer's first token (or the whole answer, where nothing streams) as a point at the time at which it was sent. */
export function latencyOverTime(
  { all, id, warmth }: Group,
  run: Pick<Run, 'policy'>,
  axis?: TimeAxis,
): Markup {
  const streams = all.some(({ ttftMs }) => ttftMs !== undefined)
  const what = streams ? 'Time to the first token' : 'Whole answer'
  const fromMs = axis?.startedAtMs ?? all[0]?.sentAtMs ?? 0
  const pointOf = (sample: Sample): Point[] => {
    const ms = streams && isGood(sample) ? sample.ttftMs : sample.e2eMs
    return ms === undefined ? [] : [{ x: secondsOf(sample.sentAtMs - fromMs), y: drawnFigure(ms) }]
  }
  const sets = KINDS.map((kind) => ({ ...kind, points: all.filter(kind.is).flatMap(pointOf) })).filter(
    ({ points }) => points.length > 0,
  )
  const total = sets.reduce((sum, { points }) => sum + points.length, 0)
  if (total === 0) return html`<p>${what}: not measured, because no request came to an end.</p>`
  const drawn = sets.map(({ points }) => extremes(points, SPANS))
  const shown = drawn.reduce((sum, points) => sum + points.length, 0)
  const { x, series } = onOneAxis(drawn)
  const rows = summaries(sets.flatMap(({ points }) => points))
  const kinds = sets
    .map(({ label, points }) => `${points.length.toLocaleString('en-US')} ${label}`)
    .join('; ')
  const limits = limitMarks(run, streams ? 'ttftMs' : 'e2eMs', warmth, 'y')
  const ys = rows.map(({ most }) => most)
  const [high, middle] = [
    Math.max(...ys),
    quantile(
      rows.map((row) => row.p50),
      0.5,
    ),
  ]
  const from =
    shown < total
      ? `Drawn from ${shown.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} points: the lowest and the highest of each span; every number is of all.`
      : `All ${total.toLocaleString('en-US')} points are drawn.`
  return chart(
    {
      ...{ id: `${id}-over-time`, title: `${what}, answer by answer`, heightPx: 280 },
      says: `${what} of each request at the time at which it was sent, ${kinds}; from ${ms(Math.min(...rows.map((row) => row.least)))} to ${ms(high)}. ${from}`,
      x: {
        label: axis ? SECONDS : 'seconds after the first warm request',
        values: x,
        ...(axis && { range: axis.range }),
      },
      ...(axis && { bands: axis.bands, sharesCursor: axis.id }),
      marks: limits,
      series: sets.map(({ label, tone }, i) => ({
        ...{ label, unit: 'ms', style: 'points' as const, tone: tone ?? warmth },
        values: series[i] ?? [],
      })),
      ...(Math.max(high, ...limits.map(({ at }) => at)) > 20 * middle && middle > 0 && { isLog: true }),
    },
    table(
      `${what} in ms, in equal spans of time, failed requests and those that do not count among them`,
      [
        { title: 'From', isNumber: true },
        { title: 'Requests', isNumber: true },
        { title: 'Least', isNumber: true },
        { title: 'p50', isNumber: true },
        { title: 'Most', isNumber: true },
      ],
      rows.map(({ from: start, n, least, p50, most }) => [`${start} s`, n, ms(least), ms(p50), ms(most)]),
    ),
  )
}

const ms = (value: number): string => formatQuantity(value, 'ms')

function summaries(points: readonly Point[]) {
  const ends = points.map(({ x }) => x)
  const first = ends.reduce((a, b) => Math.min(a, b))
  const width = (ends.reduce((a, b) => Math.max(a, b)) - first) / ROWS || 1
  const spans = Map.groupBy(points, ({ x }) => Math.min(ROWS - 1, Math.floor((x - first) / width)))
  return [...spans]
    .toSorted(([one], [other]) => one - other)
    .map(([span, inSpan]) => {
      const values = inSpan.map(({ y }) => y)
      return {
        ...{
          from: Number((first + span * width).toPrecision(3)),
          n: values.length,
          p50: quantile(values, 0.5),
        },
        least: values.reduce((a, b) => Math.min(a, b)),
        most: values.reduce((a, b) => Math.max(a, b)),
      }
    })
}
