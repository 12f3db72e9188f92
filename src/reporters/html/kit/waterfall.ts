import { type Figure, figure, percent } from './figure.ts'
import { type Content, html, type Markup } from './markup.ts'

export type WaterfallSpan = { readonly name: string; readonly from: number; readonly to: number }

export type WaterfallRow = {
  readonly label: string
  readonly spans: readonly WaterfallSpan[]
  /** Behind the bar, such as what the row took. */
  readonly total: string
  readonly isBad?: true
}

/** What happened one after the other, a row each, on one scale that begins at 0; spans of one name have one colour, in the order of `names`. */
export function waterfall(
  about: Figure & { readonly names: readonly string[] },
  rows: readonly WaterfallRow[],
  table: Content,
): Markup {
  const end = Math.max(0, ...rows.flatMap(({ spans }) => spans.map(({ to }) => to)))
  const toneOf = (name: string) => (about.names.indexOf(name) % 6) + 1
  const used = about.names.filter((name) => rows.some(({ spans }) => spans.some((one) => one.name === name)))
  return figure(
    about,
    html`<ul class="legend">${used.map((name) => html`<li><i class="tone-${toneOf(name)}"></i>${name}</li>`)}</ul>
<div class="waterfall">${rows.map(
      ({ label, spans, total, isBad }) =>
        html`<span>${label}</span><span class="track">${spans.map(
          ({ name, from, to }) =>
            html`<i class="tone-${toneOf(name)}" style="left:${percent(from / end)};width:max(2px,${percent((to - from) / end)})"></i>`,
        )}</span><span class="total${isBad && html` bad`}">${total}</span>`,
    )}</div>`,
    table,
  )
}
