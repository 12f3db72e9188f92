import { quantile } from '../../../statistics/index.ts'
import { formatDuration } from '../../figures.ts'
import { cumulative } from '../cumulative.ts'
import { chart, html, type Markup, table } from '../kit/index.ts'
import type { MatrixView } from './view.ts'

const SLOWEST = 10

/** How long after the start of a run the first check failed. */
export function timeToCatch({ faults }: MatrixView): Markup {
  const timed = faults.flatMap((one) =>
    one.firstFailureMs === undefined ? [] : [{ ...one, firstFailureMs: one.firstFailureMs }],
  )
  if (timed.length === 0) return html`<p>Not measured, because no check of these runs failed.</p>`
  const times = timed.map(({ firstFailureMs }) => firstFailureMs).toSorted((a, b) => a - b)
  const { at, shares } = cumulative([times.map((ms) => ms / 1_000)])
  const of = (share: number) => formatDuration(quantile(times, share))
  const slowest = timed.toSorted((a, b) => b.firstFailureMs - a.firstFailureMs).slice(0, SLOWEST)
  const title = 'Time until the first check fails'
  return html`${chart(
    {
      ...{
        id: 'time-to-catch',
        title,
        says: `${title}: median ${of(0.5)}, 90 % within ${of(0.9)}, the longest ${of(1)}`,
      },
      x: { label: 's after the start of the run', values: at },
      series: [
        {
          label: `runs with a fault, n = ${times.length}`,
          unit: '% of runs',
          values: shares[0] ?? [],
          style: 'steps',
        },
      ],
    },
    table(
      title,
      ['P50', 'P90', 'most'].map((name) => ({ title: name, isNumber: true })),
      [[of(0.5), of(0.9), of(1)]],
    ),
  )}<h3>The longest</h3>${table(
    'Faults that took longest until a check failed',
    [{ title: 'fault' }, { title: 'after', isNumber: true }, { title: 'check' }],
    slowest.map(({ fault, dialect, firstFailureMs, by }) => [
      `${fault} (${dialect})`,
      formatDuration(firstFailureMs),
      by ?? '–',
    ]),
  )}`
}
