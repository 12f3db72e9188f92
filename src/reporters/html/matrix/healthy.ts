import { html, type Markup, table } from '../kit/index.ts'
import type { MatrixView } from './view.ts'

/** Services without a fault: by which seeds, and how many were blamed. */
export function healthySeeds({ healthy }: MatrixView): Markup {
  if (healthy.length === 0)
    return html`<p>Not measured, because no healthy simulator was judged (--seeds 0).</p>`
  return table(
    'Healthy simulators',
    [
      { title: 'dialect' },
      { title: 'seeds' },
      { title: 'beside a busy thread' },
      { title: 'false alarms', isNumber: true },
    ],
    [...Map.groupBy(healthy, ({ dialect }) => dialect)].map(([dialect, of]) => [
      dialect,
      of.map(({ seed }) => seed).join(', '),
      of
        .filter(({ isBusy }) => isBusy)
        .map(({ seed }) => seed)
        .join(', ') || '–',
      of.filter(({ alarms }) => alarms.length > 0).length,
    ]),
  )
}
