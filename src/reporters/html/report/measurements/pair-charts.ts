import type { Change, ComparedMetric, Pair } from '../../../../records/index.ts'
import { formatQuantity } from '../../../figures.ts'
import type { Report } from '../../../reporter.ts'
import { describeVersus, signed, versusRemarks } from '../../../versus-table.ts'
import { chart, drawnFigure, html, type Markup, table } from '../../kit/index.ts'

/** Both arms of every pair as points, and the change from the one to the other; the gated metrics first, as the verdict has them. */
export function pairCharts({ run, verdict }: Report): Markup | undefined {
  const { pairs = [], pairsEnd } = run
  const { versus } = verdict
  if (pairs.length === 0 || !versus) return undefined
  const metrics = versus.changes.filter(({ metric }) => pairs.some((pair) => isMeasured(pair, metric)))
  return html`<h3>Pairs: ${describeVersus(versus)}</h3>
<p>${pairsEnd ? `Ended: ${pairsEnd.reason}.` : 'The run ended before its pairs did.'}</p>
${versusRemarks(versus).map((remark) => html`<p class="soft">${remark}</p>`)}
${metrics.map((change) => pairsOf(change, pairs))}`
}

const isMeasured = (pair: Pair, metric: ComparedMetric): boolean =>
  pair.baseline.values[metric] !== undefined && pair.candidate.values[metric] !== undefined

function pairsOf(change: Change, pairs: readonly Pair[]): Markup {
  const { metric } = change
  const told = pairs.filter((pair) => !pair.void && isMeasured(pair, metric))
  const unit = metric === 'outputTokensPerSecond' ? 'tokens/s' : 'ms'
  const rows = told.map((pair) => {
    const [baseline, candidate] = [pair.baseline.values[metric] ?? 0, pair.candidate.values[metric] ?? 0]
    // As the verdict has it: + is worse, of tokens/s fewer.
    const worse = metric === 'outputTokensPerSecond' ? 1 - candidate / baseline : candidate / baseline - 1
    return { pair: pair.index + 1, first: pair.first, baseline, candidate, worse }
  })
  const interval =
    change.low === undefined || change.high === undefined
      ? 'without an interval'
      : `95 %: ${signed(change.low)} to ${signed(change.high)}`
  const margin = change.margin === undefined ? 'not gated' : `at most ${signed(change.margin)} is tolerated`
  const says = `${metric} of ${told.length} pairs: ${formatQuantity(change.baseline, unit)} and ${formatQuantity(change.candidate, unit)}, changed by ${signed(change.change)} (${interval}; ${margin}): ${change.outcome}.`
  const x = {
    ...{ label: 'pair', kind: 'whole' as const, values: rows.map((row) => row.pair) },
    range: [0.5, Math.max(1, ...rows.map((row) => row.pair)) + 0.5] as const,
  }
  const numbers = table(
    `${metric}, pair by pair; + is worse`,
    [
      { title: 'Pair', isNumber: true },
      { title: 'First' },
      { title: 'Baseline', isNumber: true },
      { title: 'Candidate', isNumber: true },
      { title: 'Change', isNumber: true },
    ],
    rows.map((row) => [
      row.pair,
      row.first,
      formatQuantity(row.baseline, unit),
      formatQuantity(row.candidate, unit),
      signed(row.worse),
    ]),
  )
  const points = { unit, style: 'points' } as const
  return html`<h4>${metric}</h4><div class="beside">${chart(
    {
      ...{ id: `pairs-${metric}`, title: 'Both arms of each pair', says, x, isFitted: true },
      series: [
        { ...points, label: 'baseline', tone: 'muted', values: rows.map((row) => drawnFigure(row.baseline)) },
        {
          ...points,
          label: 'candidate',
          tone: 'warm',
          values: rows.map((row) => drawnFigure(row.candidate)),
        },
      ],
    },
    numbers,
  )}${chart(
    {
      ...{ id: `pairs-${metric}-change`, title: 'Change of each pair, + is worse', x, isFitted: true },
      says: `Change of ${metric} pair by pair, from ${signed(Math.min(...rows.map((row) => row.worse)))} to ${signed(Math.max(...rows.map((row) => row.worse)))}; ${interval}.`,
      series: [
        {
          ...{ label: 'change', unit: '%', style: 'points', tone: 'warm' },
          values: rows.map((row) => drawnFigure(100 * row.worse)),
        },
      ],
      ...(change.low !== undefined &&
        change.high !== undefined && {
          bands: [{ axis: 'y', from: 100 * change.low, to: 100 * change.high, label: '95 % of the change' }],
        }),
      marks: [
        { axis: 'y', at: 0, label: '' },
        ...(change.margin === undefined
          ? []
          : [{ axis: 'y', at: 100 * change.margin, label: 'margin', tone: 'bad' } as const]),
      ],
    },
    numbers,
  )}</div>`
}
