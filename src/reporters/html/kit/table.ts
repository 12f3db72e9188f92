import { type Content, html, type Markup } from './markup.ts'

export type Column = { readonly title: string /** Right-aligned, equal digits. */; readonly isNumber?: true }

/** A table that scrolls by itself where the page is narrower; its caption names it. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Content[])[],
): Markup {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${caption}"><table><caption>${caption}</caption>
<thead><tr>${columns.map(({ title, isNumber }) => html`<th scope="col"${isNumber && html` class="number"`}>${title}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => html`<tr>${cells.map((cell, index) => cellOf(cell, columns[index]))}</tr>`)}</tbody></table></div>`
}

const cellOf = (cell: Content, column: Column | undefined): Markup =>
  html`<td${column?.isNumber && html` class="number"`}>${cell}</td>`
