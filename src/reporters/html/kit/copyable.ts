import { type Content, html, type Markup } from './markup.ts'

/** A command or a text to take along, with a button that copies it; `name` says which, to who cannot see where it stands. */
export const copyable = (id: string, name: string, text: string): Markup =>
  html`<div class="copyable"><pre id="${id}">${words(text)}</pre><button type="button" data-copy="${id}" aria-label="Copy ${name}">Copy</button></div>`

/** A line ends between words; a flag keeps its dashes. */
const words = (text: string): Content =>
  text.split(/( +)/).map((word) => (/^ +$/.test(word) ? word : html`<span class="w">${word}</span>`))
