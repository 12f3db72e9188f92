import { formatQuantity } from '../../../figures.ts'
import type { Report } from '../../../reporter.ts'
import { describeSleep, unseenPhases, wakeTable } from '../../../wake-table.ts'
import { type Content, chart, drawnFigure, html, type Markup, table } from '../../kit/index.ts'

/** Each start by itself: a handful of them has no distribution. */
export function coldStarts({ run, verdict }: Report): Markup | undefined {
  const cold = run.samples.filter(({ warmth }) => warmth === 'cold')
  const whys = verdict.unmeasured.filter(({ warmth }) => warmth === 'cold')
  if (cold.length === 0 && whys.length === 0) return undefined
  const heading = html`<h3>Cold: the first answer after a start</h3>${asleep(run)}`
  if (cold.length === 0)
    return html`${heading}<p>Not measured, because ${whys[0]?.reason ?? 'no start was timed'}.</p>`
  const timed = cold.filter(({ coldStartMs }) => coldStartMs !== undefined)
  const measured = verdict.measurements.find(({ name }) => name === 'coldStartMs')
  const median = measured
    ? `the median is ${ms(measured.value)}${measured.low === undefined || measured.high === undefined ? `, without an interval: ${measured.n} are too few` : `, 95 %: ${ms(measured.low)} to ${ms(measured.high)}`}`
    : 'no median, because no start was good'
  const says = `${cold.length} first ${cold.length === 1 ? 'answer' : 'answers'}: ${median}.`
  const numbers = table(
    'First answers after a start',
    [
      { title: 'Start', isNumber: true },
      { title: 'Outcome' },
      { title: 'Start to first token', isNumber: true },
      { title: 'TTFT of the request', isNumber: true },
      { title: 'Whole answer', isNumber: true },
    ],
    cold.map(({ boot, outcome, idleMs, coldStartMs, ttftMs, e2eMs }) => [
      boot,
      idleMs === undefined ? outcome : `${outcome}, after an idle time`,
      coldStartMs === undefined ? '–' : ms(coldStartMs),
      ttftMs === undefined ? '–' : ms(ttftMs),
      ms(e2eMs),
    ]),
  )
  if (timed.length < 2) return html`${heading}<p>${says}</p>${numbers}`
  return html`${heading}${chart(
    {
      ...{
        id: 'cold-starts-measured',
        title: 'Start of the server to its first good token',
        says,
        heightPx: 200,
      },
      x: {
        label: 'start',
        kind: 'whole',
        values: timed.map((_, at) => at),
        range: [-0.5, timed.length - 0.5],
      },
      series: [
        {
          ...{ label: 'cold start', unit: 'ms', style: 'bars', tone: 'cold' },
          values: timed.map(({ coldStartMs = 0 }) => drawnFigure(coldStartMs)),
        },
      ],
      ...(measured && { marks: [{ axis: 'y', at: drawnFigure(measured.value), label: 'p50' }] }),
    },
    numbers,
  )}`
}

/** Of a target that scales to zero: what cold means, and each wake-up by its phases. */
function asleep(run: Report['run']): Content {
  const says = describeSleep(run)
  if (says === undefined) return undefined
  const waits = wakeTable(run)
  return [
    html`<p>${says}</p>`,
    waits &&
      table(
        'Wake-ups: what the wire showed, after the request was sent',
        waits.head.map((title) => ({ title })),
        waits.rows,
      ),
    html`<ul>${unseenPhases(run).map((line) => html`<li>${line}</li>`)}</ul>`,
  ]
}

const ms = (value: number): string => formatQuantity(value, 'ms')
