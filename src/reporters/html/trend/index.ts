import { countOf } from '../../figures.ts'
import { dayOf, type TrendView } from '../../trend/view.ts'
import { html, type Markup, renderPage } from '../kit/index.ts'
import { overview } from './overview.ts'
import { openChange, placed } from './places.ts'
import { seriesSection } from './series.ts'

/** Every series of a history: what moved, since when, how sure it is; each with its nights and what happened meanwhile. */
export function trendPage(view: TrendView): string {
  const places = placed(view.series)
  const all = [...places.values()].flat()
  const { look, title, says } = summaryOf(view)
  return renderPage({
    title: `${title} · infergate trend`,
    head: html`<div class="verdict ${look}"><h1>${title}</h1><p>${says}</p></div>`,
    tabs: [
      {
        id: 'trend',
        title: 'Trend',
        content: html`<section data-place="series" data-key="" aria-label="All series">${overview(view, places)}</section>
${all.map((one, index) => seriesSection(one, { before: all[index - 1], after: all[index + 1] }))}`,
      },
    ],
    foot: html`infergate trend. A point is the median of a night's starts; times are UTC; intervals are at 95 %.`,
  })
}

function summaryOf({ series, incidents }: TrendView): {
  readonly look: 'pass' | 'fail' | 'open'
  readonly title: string
  readonly says: Markup
} {
  const open = series.flatMap((one) => openChange(one) ?? [])
  const worse = open.filter(({ direction }) => direction === 'worse').length
  const young = series.filter(({ trend }) => trend.state === 'too-few').length
  const days = series.flatMap(({ nights }) => nights.map(({ at }) => dayOf(at))).toSorted()
  const span = days.length === 0 ? 'no night' : `${days[0]} to ${days.at(-1)}`
  const rest =
    young > 0 ? ` ${young} of ${series.length} series have too few nights that count to say anything.` : ''
  const of = html`${series.length} series, ${span}.${rest}`
  if (open.length === 0)
    return young === series.length
      ? { look: 'open', title: 'Too few nights count to say whether anything moved', says: of }
      : { look: 'pass', title: 'Nothing moved that is not accepted', says: of }
  const last = incidents.toSorted((a, b) => a.at.localeCompare(b.at)).at(-1)
  return {
    look: worse > 0 ? 'fail' : 'open',
    title: `${open.length} of ${series.length} series moved, ${worse} for the worse, in ${countOf(incidents.length, 'incident')}`,
    says: html`${last && `The latest: ${last.sentence} `}${of}`,
  }
}
