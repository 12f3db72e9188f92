import type { ComparedMetric, StartFigures } from '../../../records/index.ts'
import { median } from '../../../statistics/index.ts'
import { countOf, significant } from '../../figures.ts'
import { quantityOf } from '../../versus-table.ts'
import { html, type Markup, table } from '../kit/index.ts'
import { scaleOf, WIDTH } from './scale.ts'
import { type CompareView, sidesOf } from './view.ts'

/** What each start came to, a dot each: the unit in which the two runs are compared. */
export function startByStart(view: CompareView, metrics: readonly ComparedMetric[]): Markup {
  return html`<div class="beside">${metrics.map((metric) => strip(view, metric))}</div>`
}

function strip(view: CompareView, metric: ComparedMetric): Markup | false {
  const sides = sidesOf(view).map(([name, { starts }]) => [name, valuesOf(starts, metric)] as const)
  const all = sides.flatMap(([, values]) => values)
  if (all.length === 0) return false
  const [low, high] = [Math.min(...all), Math.max(...all)]
  const air = 0.04 * (high - low)
  const x = scaleOf([low - air, high + air])
  return html`<figure class="strip"><figcaption>${metric}, start by start</figcaption>
${sides.map(
  ([name, values], index) => html`<div class="strip-row"><span>${name}</span>
<svg viewBox="0 0 ${WIDTH} 26" preserveAspectRatio="none" aria-hidden="true"><line class="zero" x1="0" x2="${WIDTH}" y1="13" y2="13"></line>
${values.length > 0 && html`<line class="median" x1="${x(median(values))}" x2="${x(median(values))}" y1="2" y2="24"></line>`}
${values.map((value) => html`<line class="dot side-${index + 1}" x1="${x(value)}" x2="${x(value)}" y1="13" y2="13"></line>`)}</svg>
<span class="soft">${values.length === 0 ? 'not measured' : `median ${quantityOf(metric, median(values))} of ${countOf(values.length, 'start')}`}</span></div>`,
)}
<div class="strip-row soft" aria-hidden="true"><span></span><div class="ends"><span>${quantityOf(metric, low)}</span><span>${quantityOf(metric, high)}</span></div><span></span></div>
<details class="numbers"><summary>The numbers: ${metric}, start by start</summary>${table(
    `${metric}, in the order of the starts`,
    [{ title: 'run' }, { title: 'each start' }],
    sides.map(([name, values]) => [name, values.map(significant).join(', ') || '–']),
  )}</details></figure>`
}

const valuesOf = (starts: readonly StartFigures[], metric: ComparedMetric): readonly number[] =>
  starts.flatMap(({ values }) => values[metric] ?? [])
