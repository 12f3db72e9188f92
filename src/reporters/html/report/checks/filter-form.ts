import { html, type Markup } from '../../kit/index.ts'
import { type Item, itemOf } from './card.ts'
import { KINDS, kindOf, wordOf } from './outcome.ts'

/** What narrows the list; its values stand in the address. Without scripts the whole list is shown, and no form. */
export function filterForm(items: readonly Item[]): Markup {
  const kinds = Map.groupBy(items, (item) => kindOf(itemOf(item)))
  const waived = items.filter((item) => itemOf(item).waived !== undefined).length
  const outcomes = [
    ...KINDS.map((kind) => ({ value: kind, title: wordOf(kind), n: kinds.get(kind)?.length ?? 0 })),
    { value: 'waived', title: 'waived', n: waived },
  ].filter(({ n }) => n > 0)
  const suites = counted(items.map(({ suite }) => suite))
  const tags = counted(items.flatMap((item) => item.tags))
  return html`<form class="filter" role="search" aria-label="Checks" data-filter>
${choice('outcome', 'Outcome', outcomes)}
${choice('suite', 'Suite', suites)}
${choice('tag', 'Tag', tags)}
<label>Text <input type="search" name="q" placeholder="id, promise, reason, evidence" autocomplete="off" spellcheck="false"></label>
<button type="reset">Show all</button>
<output data-filter-count aria-live="polite"></output>
</form>`
}

type Option = { readonly value: string; readonly title: string; readonly n: number }

const counted = (names: readonly string[]): readonly Option[] =>
  [...Map.groupBy(names, (name) => name)]
    .map(([name, { length: n }]) => ({ value: name, title: name, n }))
    .toSorted((a, b) => a.value.localeCompare(b.value, 'en'))

const choice = (name: string, label: string, options: readonly Option[]): Markup | false =>
  options.length > 0 &&
  html`<label>${label} <select name="${name}"><option value="">all</option>${options.map(
    ({ value, title, n }) => html`<option value="${value}">${title} (${n})</option>`,
  )}</select></label>`
