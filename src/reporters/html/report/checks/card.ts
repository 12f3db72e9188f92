import type { CaseResult, Check, Comparison } from '../../../../records/index.ts'
import { formatDuration, formatRate } from '../../../figures.ts'
import { clipped, html, type Markup } from '../../kit/index.ts'
import { KINDS, kindOf, outcomeMark, wordOf } from './outcome.ts'

/** A check or a comparison as the list of a page has it. */
export type Item = {
  readonly suite: string
  readonly tags: readonly string[]
} & (
  | { readonly check: Check; readonly comparison?: never }
  | { readonly comparison: Comparison; readonly check?: never }
)

export const itemOf = (item: Item): Check | Comparison => item.check ?? item.comparison

/** One line that opens: everything that is known of one check. Its address is `#tab=checks&open=ID`. */
export function card(item: Item, exchanges: readonly Markup[]): Markup {
  const told = itemOf(item)
  const { id, says, reason, waived } = told
  const kind = kindOf(told)
  const words = [kind, ...(waived === undefined ? [] : ['waived'])].join(' ')
  return html`<details class="check ${kind}" data-check="${id}" data-suite="${item.suite}" data-outcome="${words}" data-tags="${item.tags.join(' ')}">
<summary>${outcomeMark(kind)} <code>${id}</code>${item.check?.required === false && html` <span class="badge">advisory</span>`}${waived !== undefined && html` <span class="badge">waived</span>`} <span class="gist">${gist(reason ?? says)}</span></summary>
<div class="told">${reason !== undefined && html`<p class="reason">${clipped(reason, 2_000)}</p>`}
<p><b>Promises:</b> ${says}.</p>
${waived !== undefined && html`<p><b>Does not count:</b> ${clipped(waived, 600)}</p>`}
${item.check ? checkFacts(item.check, item.tags) : html`<p class="soft">A condition of the whole run, which has no exchange of its own: see <a href="#tab=measurements">the measurements</a>.</p>`}
${item.check && evidenceOf(item.check, exchanges)}</div>
</details>
`
}

function checkFacts(check: Check, tags: readonly string[]): Markup {
  const { required, observed, durationMs, cases = [] } = check
  const facts = [
    required ? 'Required: it decides' : 'Advisory: it does not decide',
    `took ${formatDuration(durationMs)}`,
    tags.length > 0 && `tags ${tags.join(', ')}`,
  ].filter((one) => one !== false)
  return html`<p class="soft">${facts.join(' · ')}</p>
${observed && html`<p><b>How sure:</b> ${observed.n.toLocaleString('en-US')} observations: finds a violation rate of ${formatRate(observed.findsRate)} or more with 95 % probability.</p>`}
${cases.length > 0 && casesOf(cases)}`
}

function casesOf(cases: readonly CaseResult[]): Markup {
  const kinds = Map.groupBy(cases, kindOf)
  const counts = KINDS.flatMap((kind) =>
    kinds.has(kind) ? [`${kinds.get(kind)?.length} ${wordOf(kind)}`] : [],
  )
  return html`<details class="cases"><summary>Cases: ${counts.join(', ')}</summary><ul>${cases.map(
    (one) =>
      html`<li>${outcomeMark(kindOf(one))} <b>${one.name}</b>${one.reason !== undefined && html`: ${clipped(one.reason, 600)}`}</li>`,
  )}</ul></details>`
}

const gist = (text: string): string => (text.length <= 160 ? text : `${text.slice(0, 159)}…`)

function evidenceOf(check: Check, exchanges: readonly Markup[]): Markup {
  const kept = check.evidence?.length ?? 0
  if (kept === 0) return html`<p class="soft">${noEvidence(check)}</p>`
  const left = kept - exchanges.length
  return html`<h4>Evidence</h4>${exchanges}${
    left > 0 &&
    html`<p class="soft">${left} of ${kept} exchanges of this check are not on this page, which would be too large: they are in journal.jsonl.</p>`
  }`
}

const noEvidence = (check: Check): string =>
  kindOf(check) === 'not-run' || check.outcome === 'not-applicable'
    ? 'No exchange was made.'
    : check.outcome === 'passed'
      ? 'Exchanges of a check that passed are kept with --evidence all.'
      : 'No exchange was kept.'
