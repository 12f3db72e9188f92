import { html, type Markup } from '../kit/index.ts'
import { type MatrixView, OUTCOMES } from './view.ts'

/** Which runs and checks are shown; what is typed stands in the page's address. */
export function filters(
  view: MatrixView,
  { id, hasColumns }: { readonly id: string; readonly hasColumns: boolean },
): Markup {
  const used = new Set(view.faults.map(({ family }) => family))
  const kinds = new Set<string>(view.faults.map(({ outcome }) => outcome))
  const options = (all: readonly (readonly [string, string])[]) =>
    all.map(([value, title]) => html`<option value="${value}">${title}</option>`)
  return html`<form class="matrix-filters" data-matrix-filter aria-label="Which are shown: ${id}">
<label>fault <input type="search" name="fault" autocomplete="off" spellcheck="false"></label>
<label>check <input type="search" name="check" autocomplete="off" spellcheck="false"></label>
<label>kind of fault <select name="family"><option value="">all</option>${options(Object.entries(view.families).filter(([family]) => used.has(family)))}</select></label>
<label>outcome <select name="outcome"><option value="">all</option>${options(Object.entries(OUTCOMES).filter(([outcome]) => kinds.has(outcome)))}</select></label>
${hasColumns && html`<label><input type="checkbox" name="every" value="1"> also checks that no such fault is about and none turns red</label>`}
</form><p class="soft" data-matrix-count="${id}" role="status"></p>`
}
