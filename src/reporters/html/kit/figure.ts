import { type Content, html, type Markup } from './markup.ts'

export type Figure = {
  /** Unique on its page. */
  readonly id: string
  readonly title: string
  /** What the picture shows, in a sentence with its figures: what who cannot see it hears. */
  readonly says: string
}

/** A picture without a script, with its table: it is there on paper and in any reader. */
export const figure = ({ id, title, says }: Figure, picture: Content, table: Content): Markup =>
  html`<figure class="chart" id="chart-${id}"><figcaption>${title}</figcaption>
<p class="says">${says}</p>
<div class="picture" aria-hidden="true">${picture}</div>
<details class="numbers"><summary>The numbers: ${title}</summary>${table}</details></figure>`

/** A place on a scale as a length for a style; a value beyond the scale stays at its end. */
export const percent = (share: number): string =>
  `${(100 * Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0))).toFixed(2)}%`
