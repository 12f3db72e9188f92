import { countOf } from '../../figures.ts'
import { html, type Markup, table } from '../kit/index.ts'
import type { MatrixView } from './view.ts'

/** The matrix from the other side: what each check is worth. */
export function checkList({ checks, faults }: MatrixView): Markup {
  const rows = checks.map((id, column) => {
    const failed = faults.filter(({ cells }) => 'CF'.includes(cells[column] ?? ' '))
    const proves = new Set(
      faults.filter(({ by, outcome }) => by === id && outcome === 'proven').map(({ fault }) => fault),
    )
    return { id, failed: failed.length, proves: [...proves] }
  })
  const silent = rows.filter(({ failed }) => failed === 0)
  return html`${table(
    'What each check is worth',
    [
      { title: 'check' },
      { title: 'runs in which it fails', isNumber: true },
      { title: 'faults that it proves first' },
    ],
    rows
      .filter(({ failed }) => failed > 0)
      .toSorted((a, b) => b.proves.length - a.proves.length || b.failed - a.failed)
      .map(({ id, failed, proves }) => [
        html`<a href="#tab=matrix&amp;check=${id}"><code>${id}</code></a>`,
        failed,
        proves.join(', ') || '–',
      ]),
  )}
${silent.length > 0 && html`<h3>${countOf(silent.length, 'check')} that no fault of these runs turns red</h3><p>${silent.map(({ id }) => id).join(', ')}</p>`}`
}
