import type { ChartSpec } from './chart-spec.ts'
import { type Content, html, jsonScript, type Markup } from './markup.ts'

/** A chart with its table: what is drawn can be read, and copied, as numbers. Without scripts the table is all that is shown. */
export function chart(spec: ChartSpec, table: Content): Markup {
  const height = spec.heightPx ?? 260
  return html`<figure class="chart" id="chart-${spec.id}">
<figcaption>${spec.title}</figcaption>
<p class="says">${spec.says}</p>
<div class="plot" data-chart="${spec.id}" role="img" aria-label="${spec.says}" data-height="${height}"></div>
<details class="numbers"><summary>The numbers: ${spec.title}</summary>${table}</details>
${jsonScript(`chart-data-${spec.id}`, spec)}
</figure>`
}
