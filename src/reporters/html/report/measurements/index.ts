import type { Measurement, Warmth } from '../../../../records/index.ts'
import { formatInterval, formatQuantity } from '../../../figures.ts'
import type { Report } from '../../../reporter.ts'
import { html, type Markup, table } from '../../kit/index.ts'
import { clientOf } from './client-of.ts'
import { coldStarts } from './cold-starts.ts'
import { distributions } from './distribution.ts'
import { type Group, groupsOf } from './groups.ts'
import { latencyOverTime } from './latency-over-time.ts'
import { pairCharts } from './pair-charts.ts'
import { searchCharts } from './search-chart.ts'
import { timeAxis } from './time-axis.ts'
import { usability } from './usable.ts'

/** What was measured and how sure it is: cold, warm and steady apart, never in one number. */
export function measurementsTab(report: Report): Markup {
  const { run, verdict } = report
  const groups = groupsOf(run)
  if (run.samples.length === 0 && verdict.measurements.length === 0 && !run.pairs)
    return html`<h2>Measurements</h2><p>Nothing was measured, because ${run.cut?.reason ?? run.error?.message ?? 'no request that is timed was sent'}.</p>${unmeasured(report)}`
  return html`<h2>Measurements</h2>
${usability(report)}
${pairCharts(report)}
${searchCharts(report)}
${groups.filter(({ warmth }) => warmth === 'steady').map((group) => groupPart(group, report))}
${groups.filter(({ warmth }) => warmth === 'warm').map((group) => groupPart(group, report))}
${coldStarts(report)}
${whatIsAbsent(report, groups)}
${verdict.measurements.length > 0 && html`<h3>All numbers of the verdict</h3>`}
${(['cold', 'warm', 'steady'] as const).map((warmth) => numbersOf(warmth, verdict.measurements))}
${unmeasured(report)}`
}

/** Of a search only the step that speaks for it is open; the others are drawn when somebody opens them. */
function groupPart(group: Group, report: Report): Markup {
  const content = html`${group.warmth === 'steady' ? timeAxis(group, report.run) : latencyOverTime(group, report.run)}${group.load && clientOf(group.load)}${distributions(group, report)}`
  return group.isJudged
    ? html`<h3>${group.title}</h3>${content}`
    : html`<details class="step"><summary>${group.title}</summary>${content}</details>`
}

/** A whole part that is missing, and the command that measures it. */
function whatIsAbsent({ run }: Report, groups: readonly Group[]): readonly Markup[] {
  const has = (warmth: Warmth) => groups.some((group) => group.warmth === warmth)
  const why = run.cut?.reason ?? run.error?.message
  return [
    ...(has('warm')
      ? []
      : [
          run.command === 'check'
            ? html`<p>Warm: not measured, because <code>infergate check</code> times no answer after the first; <code>infergate gate</code> does.</p>`
            : html`<p>Warm: not measured, because ${why ?? 'no warm request was sent'}.</p>`,
        ]),
    ...(has('steady')
      ? []
      : [
          html`<p>Steady: not measured, because no load was sent; <code>infergate bench --rate N</code> sends one.</p>`,
        ]),
  ]
}

function numbersOf(warmth: Warmth, measurements: readonly Measurement[]): Markup | undefined {
  const ours = measurements.filter((one) => one.warmth === warmth)
  if (ours.length === 0) return undefined
  return table(
    `Measured ${warmth}`,
    [
      { title: 'Name' },
      { title: 'Value', isNumber: true },
      { title: '95 % interval', isNumber: true },
      { title: 'n', isNumber: true },
      { title: 'Spoiled', isNumber: true },
      { title: 'Client error', isNumber: true },
    ],
    ours.map((one) => [
      one.name,
      formatQuantity(one.value, one.unit),
      formatInterval(one),
      one.n.toLocaleString('en-US'),
      one.spoiled ?? 0,
      one.clientError === undefined ? '–' : formatQuantity(one.clientError, one.unit),
    ]),
  )
}

/** What is missing stands with its reason, so that nobody takes it for a 0. */
function unmeasured({ verdict }: Report): Markup | undefined {
  if (verdict.unmeasured.length === 0) return undefined
  return html`<h3>Not measured</h3>${table(
    'What could not be measured, and why',
    [{ title: 'Name' }, { title: 'Warmth' }, { title: 'Because' }],
    verdict.unmeasured.map(({ name, warmth, reason }) => [name, warmth, reason]),
  )}`
}
