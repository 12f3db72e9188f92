import { formatDuration } from '../../figures.ts'
import { clipped, html, type Markup } from '../kit/index.ts'
import { faultLink, outcomeOf } from './misses.ts'
import { type MatrixFault, type MatrixView, OUTCOMES } from './view.ts'

const REASON_CHARACTERS = 240
const ORDER = Object.keys(OUTCOMES)

/** Every run with a fault, a line each, what was missed first: who caught it and what was said. */
export function faultList({ faults }: MatrixView): Markup {
  const worstFirst = faults.toSorted((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome))
  const head = ['fault', 'dialect', 'outcome', 'by', 'what the reason says', 'others', 'first', 'exit']
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Every run with a fault"><table><caption>Every run with a fault, what was missed first. Others: how many further checks failed. First: from the start of the run to the first check that failed.</caption>
<thead><tr>${head.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${worstFirst.map(rowOf)}</tbody></table></div>`
}

const rowOf = (one: MatrixFault): Markup => {
  const {
    fault,
    family,
    outcome,
    by = '',
    reason = '',
    says,
    dialect,
    others,
    firstFailureMs,
    exitCode,
  } = one
  return html`<tr data-fault="${fault}" data-family="${family}" data-outcome="${outcome}" data-check="${by}"><td class="wide">${faultLink(one)}<br><span class="soft">${says}</span></td><td>${dialect}</td><td>${outcomeOf(one)}</td><td><code>${by || '–'}</code></td><td>${clipped(reason, REASON_CHARACTERS) || '–'}</td><td>${others}</td><td>${firstFailureMs === undefined ? '–' : formatDuration(firstFailureMs)}</td><td>${exitCode}</td></tr>
`
}
