import { type Figure, figure, percent } from './figure.ts'
import { type Content, html, type Markup } from './markup.ts'

export type IntervalRow = {
  readonly label: string
  readonly value: number
  /** Absent: no interval is known. */
  readonly low?: number
  readonly high?: number
  /** The largest value that is tolerated. */
  readonly limit?: number
  readonly tone?: 'good' | 'bad' | 'open'
  /** Behind the picture: the value in words. */
  readonly text: string
}

/** Estimates with their intervals below each other on one scale, 0 and each limit marked: how large, how sure, and against what. */
export function intervals(
  about: Figure & { readonly axis: string; show(value: number): string },
  rows: readonly IntervalRow[],
  table: Content,
): Markup {
  const all = rows.flatMap(({ value, low = value, high = value, limit = 0 }) => [value, low, high, limit])
  const [least, most] = [Math.min(0, ...all), Math.max(0, ...all)]
  const room = 0.04 * (most - least || 1)
  const at = (value: number) => percent((value - least + room) / (most - least + 2 * room))
  return figure(
    about,
    html`<div class="intervals">${rows.map(({ label, value, low, high, limit, tone = 'open', text }) => {
      const whisker =
        low !== undefined &&
        high !== undefined &&
        html`<i class="whisker" style="left:${at(low)};right:calc(100% - ${at(high)})"></i>`
      return html`<span>${label}</span><span class="track ${tone}"><i class="zero" style="left:${at(0)}"></i>${limit !== undefined && html`<i class="limit" style="left:${at(limit)}"></i>`}${whisker}<i class="dot" style="left:${at(value)}"></i></span><span class="total ${tone}">${text}</span>`
    })}<span></span><span class="scale"><b style="left:${at(least)}">${about.show(least)}</b>${Math.min(-least, most) > 0.15 * (most - least) && html`<b style="left:${at(0)}">0</b>`}<b style="left:${at(most)}">${about.show(most)}</b></span><span></span></div>
<p class="soft">${about.axis}</p>`,
    table,
  )
}
