import type { Measurement } from '../../../../records/index.ts'
import { formatQuantity, significant } from '../../../figures.ts'
import type { Report } from '../../../reporter.ts'
import { type ChartMark, chart, drawnFigure, html, type Markup, table } from '../../kit/index.ts'
import type { Group } from './groups.ts'
import { type Bin, histogramOf } from './histogram.ts'
import { limitMarks } from './limits.ts'
import { curveOf, type Percentile, percentilesOf } from './percentiles.ts'
import { gapTitle, TIMES, type Time, type Values } from './times.ts'

/** Fewer values make no curve and no histogram. */
const LEAST = 10

/** The distribution of each time of a group, as a curve of percentiles and as a histogram; of what is not there, why. */
export const distributions = (group: Group, report: Report): readonly Markup[] =>
  TIMES.map((time) => distribution(time, group, report))

function distribution(time: Time, group: Group, report: Report): Markup {
  const found = time.of(group)
  const title = time.name === 'interChunkMs' && found.values.length > 0 ? gapTitle(group) : time.title
  if (found.values.length === 0)
    return html`<h4>${title}</h4><p>Not measured, because ${whyNot(time, group, report)}.</p>`
  const percentiles = percentilesOf(found, group.warmth)
  const says = `${time.short} of ${countOf(found)}: ${saysOf(percentiles)}`
  const numbers = percentileTable(`${title}: percentiles`, percentiles, { time, group, report, found })
  if (found.values.length < LEAST)
    return html`<h4>${title}</h4><p>${says} Nothing is drawn of fewer than ${LEAST} values.</p>${numbers}`
  const id = `${group.id}-${time.name}`
  return html`<h4>${title}</h4>
<div class="beside">${curve(`${id}-percentiles`, says, found, percentiles, numbers, group)}${histogram(`${id}-histogram`, time, found, percentiles, group, report)}</div>`
}

const countOf = ({ values, groups }: Values): string =>
  groups === undefined
    ? `${values.length.toLocaleString('en-US')} good answers`
    : `${groups.toLocaleString('en-US')} answers, ${values.length.toLocaleString('en-US')} gaps`

const ms = (value: number): string => formatQuantity(value, 'ms')

function saysOf(percentiles: readonly Percentile[]): string {
  const parts = percentiles.flatMap((one) => {
    if ('needs' in one || ![0.5, 0.9, 0.99, 0.999].includes(one.p)) return []
    const { interval } = one
    const between = interval ? ` (95 %: ${significant(interval.low)} to ${significant(interval.high)})` : ''
    return [`${one.name} ${ms(one.value)}${between}`]
  })
  const first = percentiles.find((one) => 'needs' in one)
  const beyond =
    first && 'needs' in first
      ? ` ${first.name} is not estimable: it needs ${first.needs.toLocaleString('en-US')} values.`
      : ''
  return `${parts.join(', ')}.${beyond}`
}

type Context = {
  readonly time: Time
  readonly group: Group
  readonly report: Report
  readonly found: Values
}

function percentileTable(caption: string, percentiles: readonly Percentile[], context: Context): Markup {
  const n = context.found.values.length
  return table(
    caption,
    [
      { title: 'Percentile' },
      { title: 'Value', isNumber: true },
      { title: '95 % interval', isNumber: true },
      { title: 'Client error', isNumber: true },
    ],
    percentiles.map((one) =>
      'needs' in one
        ? [
            one.name,
            `not estimable: ${n.toLocaleString('en-US')} of ${one.needs.toLocaleString('en-US')} values`,
            '–',
            '–',
          ]
        : [
            one.name,
            ms(one.value),
            one.interval ? `${significant(one.interval.low)} to ${ms(one.interval.high)}` : 'too few for one',
            clientErrorOf(one, context),
          ],
    ),
  )
}

/** How far off the client itself was; the verdict knows it of the numbers that it has. */
function clientErrorOf({ name }: Percentile, { time, group, report }: Context): string {
  const found = measurementOf(`${time.name}${name.toUpperCase()}`, group, report)
  return found?.clientError === undefined ? '–' : ms(found.clientError)
}

const measurementOf = (name: string, group: Group, { verdict }: Report): Measurement | undefined =>
  group.isJudged
    ? verdict.measurements.find((one) => one.name === name && one.warmth === group.warmth)
    : undefined

function whyNot(time: Time, group: Group, { verdict }: Report): string {
  const said = verdict.unmeasured.find((one) => one.name === `${time.name}P50` && one.warmth === group.warmth)
  if (group.isJudged && said) return said.reason
  if (group.load && !group.load.steady && group.good.length === 0) return group.load.warmUp
  return time.why(group)
}

function curve(
  id: string,
  says: string,
  { values }: Values,
  percentiles: readonly Percentile[],
  numbers: Markup,
  { warmth }: Group,
): Markup {
  const points = curveOf(values)
  const intervals = points.map(({ p }) => {
    const one = percentiles.find((candidate) => Math.abs(candidate.p - p) < 1e-9)
    return one && 'value' in one && one.interval
      ? ([drawnFigure(one.interval.low), drawnFigure(one.interval.high)] as const)
      : null
  })
  const most = points.at(-1)?.ms ?? 0
  const middle = points.find(({ p }) => p >= 0.5)?.ms ?? most
  return chart(
    {
      ...{ id, says, title: 'By percentile, with 95 % intervals' },
      x: {
        ...{ label: 'percentile', kind: 'percentile', values: points.map(({ p }) => p) },
        range: [0, Math.max(0.9, points.at(-1)?.p ?? 0)],
      },
      series: [
        {
          label: 'value',
          unit: 'ms',
          tone: warmth,
          values: points.map((point) => drawnFigure(point.ms)),
          intervals,
        },
      ],
      ...(most > 20 * middle && middle > 0 && { isLog: true }),
    },
    numbers,
  )
}

function histogram(
  id: string,
  time: Time,
  { values }: Values,
  percentiles: readonly Percentile[],
  group: Group,
  report: Report,
): Markup {
  const { short } = time
  const limits = limitMarks(report.run, time.name, group.warmth, 'x')
  const { bins, isLog } = histogramOf(values)
  if (bins.length < 2)
    return html`<p>No histogram: all ${values.length.toLocaleString('en-US')} values are ${ms(most(values))}.</p>`
  const [first, last] = [bins[0], bins.at(-1)]
  const top = bins.reduce((most, bin) => (bin.count > most.count ? bin : most), bins[0] as Bin)
  const middle = ({ from, to }: Bin) => (isLog ? Math.sqrt(from * to) : (from + to) / 2)
  const marks = percentiles.flatMap((one): ChartMark[] =>
    'value' in one && (one.p === 0.5 || one.p === 0.99)
      ? [{ axis: 'x', at: drawnFigure(one.value), label: one.name }]
      : [],
  )
  const total = values.length.toLocaleString('en-US')
  const says = `Histogram of ${short}: ${total} values from ${ms(least(values))} to ${ms(most(values))}; most of them, ${top.count.toLocaleString('en-US')}, between ${significant(top.from)} and ${ms(top.to)}.`
  return chart(
    {
      ...{ id, says, title: `Histogram of ${total} values${isLog ? ', equal ratios' : ''}` },
      x: {
        ...{ label: `${short} in ms`, kind: isLog ? 'log' : 'number' },
        values: bins.map((bin) => drawnFigure(middle(bin))),
        range: [drawnFigure(first?.from ?? 0), drawnFigure(last?.to ?? 1)],
      },
      series: [
        {
          label: 'values',
          unit: 'count',
          style: 'bars',
          tone: group.warmth,
          values: bins.map(({ count }) => count),
        },
      ],
      marks: [...marks, ...limits.filter(({ at }) => at <= (last?.to ?? 0))],
    },
    table(
      `${short}: values by size, ${total} in all`,
      [
        { title: 'From', isNumber: true },
        { title: 'To', isNumber: true },
        { title: 'Values', isNumber: true },
        { title: 'Share', isNumber: true },
      ],
      bins.map(({ from, to, count }, at) => [
        // The first bin of equal ratios holds what is smaller, too.
        ms(at === 0 ? least(values) : from),
        ms(to),
        count.toLocaleString('en-US'),
        `${significant((100 * count) / values.length)} %`,
      ]),
    ),
  )
}

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b))
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b))
