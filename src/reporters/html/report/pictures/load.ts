import type { LoadRun, Sample } from '../../../../records/index.ts'
import { median, quantile } from '../../../../statistics/index.ts'
import { formatDuration, formatInterval } from '../../../figures.ts'
import type { Report } from '../../../reporter.ts'
import { type ChartSpec, chart, html, type Markup, table } from '../../kit/index.ts'

/** Points of the picture: each is the median and the tail of so many answers, or more. */
const [MOST_SPANS, LEAST_ANSWERS] = [60, 10]

/** Latency under each load over time; of a search its levels say more. */
export function loads(report: Report): readonly Markup[] {
  const { run } = report
  if (run.search || !run.loads) return []
  return run.loads.map((load, index) => {
    const sent = run.samples.filter((one) => one.warmth === 'steady' && one.scenario === load.scenario)
    const answered = sent.filter((one) => one.outcome === 'completed')
    if (answered.length === 0)
      return html`<h2>Under load</h2><p>Not measured, because none of ${sent.length} requests was answered.</p>`
    const spans = spansOf(answered, load)
    return chart(specOf(report, load, spans, index), tableOf(spans))
  })
}

type Span = {
  readonly atS: number
  readonly n: number
  readonly p50: number
  readonly p99: number
  readonly ttftP99?: number
}

function spansOf(answered: readonly Sample[], { startedAtMs, endedAtMs }: LoadRun): readonly Span[] {
  const spans = Math.max(1, Math.min(MOST_SPANS, Math.floor(answered.length / LEAST_ANSWERS)))
  const width = Math.max(1, (endedAtMs - startedAtMs) / spans)
  const groups = Map.groupBy(answered, ({ sentAtMs }) => Math.floor((sentAtMs - startedAtMs) / width))
  return [...groups]
    .toSorted(([a], [b]) => a - b)
    .map(([at, group]) => {
      const e2e = group.map(({ e2eMs }) => e2eMs)
      const ttft = group.flatMap(({ ttftMs }) => ttftMs ?? [])
      return {
        ...{ atS: ((at + 0.5) * width) / 1000, n: group.length, p50: median(e2e), p99: quantile(e2e, 0.99) },
        ...(ttft.length > 0 && { ttftP99: quantile(ttft, 0.99) }),
      }
    })
}

function specOf({ verdict }: Report, load: LoadRun, spans: readonly Span[], index: number): ChartSpec {
  const p50 = verdict.measurements.find(({ name, warmth }) => name === 'e2eMsP50' && warmth === 'steady')
  const { steady, startedAtMs, endedAtMs } = load
  const last = (endedAtMs - startedAtMs) / 1000
  const bands = steady
    ? [
        { from: 0, to: (steady.fromMs - startedAtMs) / 1000, label: 'warm-up' },
        { from: Math.min(last, (steady.toMs - startedAtMs) / 1000), to: last, label: 'cool-down' },
      ]
    : []
  return {
    id: `load-${index}`,
    title: 'Latency under load over time',
    says: `${load.says}. ${p50 ? `Request to complete answer, steady: median ${formatDuration(p50.value)} of ${p50.n} (95 %: ${formatInterval(p50)})` : `No median of the steady phase was measured: ${load.warmUp}`}. Shaded: warm-up and cool-down.`,
    x: { label: 'seconds after the start of the load', values: spans.map(({ atS }) => atS) },
    series: [
      { label: 'p50', unit: 'ms', tone: 'steady', values: spans.map((one) => one.p50) },
      { label: 'p99', unit: 'ms', tone: 'muted', values: spans.map((one) => one.p99) },
      { label: 'TTFT p99', unit: 'ms', tone: 'cold', values: spans.map((one) => one.ttftP99 ?? null) },
    ],
    bands: bands.filter(({ from, to }) => to > from),
  }
}

const tableOf = (spans: readonly Span[]): Markup =>
  table(
    'Answers under load, by when they were asked for',
    [
      { title: 'At', isNumber: true },
      { title: 'Answers', isNumber: true },
      { title: 'p50', isNumber: true },
      { title: 'p99', isNumber: true },
      { title: 'TTFT p99', isNumber: true },
    ],
    spans.map(({ atS, n, p50, p99, ttftP99 }) => [
      formatDuration(atS * 1000),
      n,
      formatDuration(p50),
      formatDuration(p99),
      ttftP99 === undefined ? 'not streamed' : formatDuration(ttftP99),
    ]),
  )
