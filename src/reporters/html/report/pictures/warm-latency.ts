import type { Sample } from '../../../../records/index.ts'
import { formatDuration, formatInterval } from '../../../figures.ts'
import type { Report } from '../../../reporter.ts'
import { type ChartSpec, chart, html, type Markup, table } from '../../kit/index.ts'

/** Lines of the table; samples.jsonl holds all. */
const ROWS = 500
/** From this distance on, a linear scale would show the answers as one line at its foot. */
const FAR = 5

/** How long each warm answer took, in the order of time; no cold start is in it. */
export function warmLatency(report: Report): Markup {
  const { run, verdict } = report
  const warm = run.samples
    .filter(({ warmth, arm }) => warmth === 'warm' && arm === undefined)
    .toSorted((a, b) => a.sentAtMs - b.sentAtMs)
  if (warm.length === 0) {
    const why =
      run.command === 'check'
        ? 'infergate check times nothing'
        : (verdict.unmeasured.find(({ name }) => name === 'e2eMsP50')?.reason ?? 'no warm request was sent')
    return html`<h2>Warm answers</h2><p>Not measured, because ${why}.</p>`
  }
  return chart(specOf(report, warm), tableOf(warm))
}

function specOf({ run, verdict }: Report, warm: readonly Sample[]): ChartSpec {
  const budget = run.policy.warmE2eMsP50
  const p50 = verdict.measurements.find(({ name, warmth }) => name === 'e2eMsP50' && warmth === 'warm')
  const of = (isIn: (sample: Sample) => boolean) => warm.map((one) => (isIn(one) ? one.e2eMs : null))
  const hasFailed = (one: Sample) => one.outcome !== 'completed'
  const failed = warm.filter(hasFailed).length
  const all = warm.map(({ e2eMs }) => e2eMs)
  const series = [
    { label: 'Warm', tone: 'warm' as const, values: of((one) => !one.warmUp && !hasFailed(one)) },
    { label: 'Warm-up', tone: 'muted' as const, values: of((one) => one.warmUp === true && !hasFailed(one)) },
    ...(failed > 0 ? [{ label: 'Failed', tone: 'bad' as const, values: of(hasFailed) }] : []),
  ]
  return {
    id: 'warm-latency',
    title: 'Warm latency over time',
    says: `${p50 ? `Request to complete answer: median ${formatDuration(p50.value)} of ${p50.n}${p50.low === undefined ? '' : ` (95 %: ${formatInterval(p50)})`}` : 'No median was measured'}; the budget is ${formatDuration(budget)}. ${failed} of ${warm.length} failed.`,
    x: { label: 'seconds after the start of the run', values: warm.map(({ sentAtMs }) => sentAtMs / 1000) },
    series: series.map((one) => ({ ...one, unit: 'ms', style: 'points' })),
    marks: [{ axis: 'y', at: budget, label: `budget ${formatDuration(budget)}`, tone: 'bad' }],
    bands: warmUps(warm),
    ...(budget > FAR * Math.max(...all) && { isLog: true as const }),
  }
}

/** From the first to the last answer of the warm-up of each start. */
function warmUps(warm: readonly Sample[]): NonNullable<ChartSpec['bands']> {
  const ofStarts = Map.groupBy(
    warm.filter(({ warmUp }) => warmUp),
    ({ boot }) => boot,
  )
  return [...ofStarts.values()].map((ofStart) => ({
    from: Math.min(...ofStart.map(({ sentAtMs }) => sentAtMs)) / 1000,
    to: Math.max(...ofStart.map(({ sentAtMs, e2eMs }) => sentAtMs + e2eMs)) / 1000,
    label: 'warm-up',
  }))
}

const tableOf = (warm: readonly Sample[]): Markup =>
  table(
    warm.length > ROWS ? `Warm answers: the first ${ROWS} of ${warm.length}` : 'Warm answers',
    [
      { title: 'Start' },
      { title: 'Sent at', isNumber: true },
      { title: 'Complete after', isNumber: true },
      { title: 'First token after', isNumber: true },
      { title: 'Outcome' },
    ],
    warm
      .slice(0, ROWS)
      .map((one) => [
        `start ${one.boot}${one.warmUp ? ', warm-up' : ''}`,
        formatDuration(one.sentAtMs),
        formatDuration(one.e2eMs),
        one.ttftMs === undefined ? 'not streamed' : formatDuration(one.ttftMs),
        one.outcome,
      ]),
  )
