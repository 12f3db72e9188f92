import type { Change, Versus } from '../../../records/index.ts'
import { quantityOf, signed } from '../../versus-table.ts'
import { type Content, html, type Markup, table } from '../kit/index.ts'
import { pOf, worstFirst } from './forest.ts'

const NONE = '–'
const COLUMNS = ['metric', 'verdict', 'baseline', 'candidate', 'change', '95 % interval', 'margin', 'p', 'n']

/** The comparison in numbers, the worst first. */
export function versusFigures({ errors, changes }: Versus): Markup {
  const gated = changes.filter(({ margin }) => margin !== undefined).length
  return html`${table(
    'A metric a line, the worst first; + is worse',
    COLUMNS.map((title, index) => (index < 2 ? { title } : { title, isNumber: true as const })),
    [...(errors ? [errorsRow(errors)] : []), ...worstFirst(changes).map(rowOf)],
  )}
<p class="soft">p: how often chance alone would show at least this much where the candidate is not worse; of metrics it is adjusted for the ${gated} that are gated. n: starts of the run with fewer of them.</p>`
}

const rowOf = ({
  metric,
  outcome,
  baseline,
  candidate,
  change,
  low,
  high,
  margin,
  p,
  n,
}: Change): readonly Content[] => [
  metric,
  wordOf(outcome),
  quantityOf(metric, baseline),
  quantityOf(metric, candidate),
  signed(change),
  low === undefined || high === undefined ? NONE : `${signed(low)} to ${signed(high)}`,
  margin === undefined ? NONE : signed(margin),
  p === undefined ? NONE : pOf(p),
  n,
]

function errorsRow({ baseline, candidate, p, outcome }: NonNullable<Versus['errors']>): readonly Content[] {
  const of = ([failed, asked]: readonly [number, number]) => `${failed} of ${asked}`
  return ['failed requests', wordOf(outcome), of(baseline), of(candidate), NONE, NONE, NONE, pOf(p), NONE]
}

const wordOf = (outcome: Change['outcome']): Markup =>
  html`<span class="said said-${outcome}">${outcome}</span>`
