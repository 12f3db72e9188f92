import { countOf } from '../../../figures.ts'
import { causes } from '../../../findings.ts'
import { countChecks } from '../../../not-judged.ts'
import type { Report } from '../../../reporter.ts'
import { suiteOf } from '../../../suite-of.ts'
import { html, type Markup } from '../../kit/index.ts'
import { card, type Item, itemOf } from './card.ts'
import { evidenceWithin } from './evidence-budget.ts'
import { filterForm } from './filter-form.ts'
import { findings } from './findings.ts'
import { KINDS, kindOf, outcomeMark } from './outcome.ts'

/** What did not hold, each cause once; then every check, narrowed by a filter, with its promise, its reason and its bytes. */
export function checksTab({ run, verdict }: Report): Markup {
  const tags = new Map(run.promises.map((promise) => [promise.id, promise.tags]))
  const items: readonly Item[] = [
    ...verdict.checks.map((check) => ({ check, suite: check.suite, tags: tags.get(check.id) ?? [] })),
    ...verdict.comparisons.map((comparison) => ({ comparison, suite: suiteOf(comparison), tags: [] })),
  ]
  if (items.length === 0) return html`<p>No check was run.</p>`
  const shown = evidenceWithin(
    worstFirst(
      items,
      causes(verdict).flatMap(({ id, others }) => [id, ...others]),
    ),
  )
  const suites = [...Map.groupBy(items, ({ suite }) => suite)]
  return html`${findings(verdict)}
<h2>All checks</h2>
<p class="soft">${inNumbers(verdict)}.</p>
${filterForm(items)}
<p data-filter-empty hidden>No check matches.</p>
${suites.map(
  ([
    suite,
    members,
  ]) => html`<section class="suite" data-suite-of="${suite}"><h3>${suite} ${counts(members)}</h3>
${members.map((item) => card(item, shown.get(itemOf(item).id) ?? []))}</section>
`,
)}`
}

const inNumbers = ({ checks, comparisons }: Report['verdict']): string =>
  [
    ...(checks.length > 0 ? [countChecks(checks)] : []),
    ...(comparisons.length > 0 ? [`${countOf(comparisons.length, 'condition')} of the whole run`] : []),
  ].join('; ')

/** The checks in the order in which a page of limited size takes their evidence: what found most is shown whatever else is there. */
function worstFirst(items: readonly Item[], found: readonly string[]) {
  const rank = new Map(found.toReversed().map((id, index) => [id, found.length - index]))
  const kindRank = (item: Item) => found.length + KINDS.indexOf(kindOf(itemOf(item)))
  return items
    .toSorted((a, b) => (rank.get(itemOf(a).id) ?? kindRank(a)) - (rank.get(itemOf(b).id) ?? kindRank(b)))
    .flatMap(({ check }) => (check ? [check] : []))
}

function counts(members: readonly Item[]): Markup {
  const kinds = Map.groupBy(members, (item) => kindOf(itemOf(item)))
  return html`<span class="counts">${KINDS.filter((kind) => kinds.has(kind)).map(
    (kind) => html`<span>${kinds.get(kind)?.length} ${outcomeMark(kind)}</span> `,
  )}</span>`
}
