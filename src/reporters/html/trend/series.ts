import { nameOf, placeOf } from '../../trend/view.ts'
import { html, type Markup } from '../kit/index.ts'
import { happenings } from './happenings.ts'
import { nightsChart } from './nights-chart.ts'
import { explainedMoves, type PlacedSeries } from './places.ts'
import { settingsOf } from './settings.ts'

/** One series: what is said of it, its nights, and all that happened meanwhile. */
export function seriesSection(
  { id, view }: PlacedSeries,
  beside: { readonly before?: PlacedSeries | undefined; readonly after?: PlacedSeries | undefined },
): Markup {
  const settings = settingsOf(view.nights)
  const { trend } = view
  const link = (to: PlacedSeries | undefined, word: string) =>
    to && html` · <a href="#series=${to.id}">${word}: ${nameOf(to.view.trend.series)}</a>`
  return html`<section data-place="series" data-key="${id}" aria-label="${placeOf(trend.series)}: ${nameOf(trend.series)}">
<nav class="place-nav" aria-label="Between series, from ${nameOf(trend.series)} of ${placeOf(trend.series)}"><a href="#">All series</a>${link(beside.before, 'before')}${link(beside.after, 'next')}</nav>
<h2 tabindex="-1">${placeOf(trend.series)}: ${nameOf(trend.series)}</h2>
<p>${trend.sentence}</p>
${explainedMoves(view).map(({ sentence, reason }) => html`<p>${sentence} It is not announced: ${reason}.</p>`)}
${trend.againstReference && html`<p class="soft">What is analysed is the ratio to the reference target of the same night, so that the machine's own drift cancels; the picture shows the measured times.</p>`}
${nightsChart({ id, view }, settings)}
<p class="soft">Grey upright: where in time a change began, at 95 %. Lines across: the level that is accepted, and the level now.</p>
<h3>What happened</h3>${happenings(view, settings)}
</section>`
}
