import type { Check } from '../../../../records/index.ts'
import { countChecks, isNotRun } from '../../../not-judged.ts'
import type { Report } from '../../../reporter.ts'
import { html, type Markup } from '../../kit/index.ts'
import { checkAddress } from '../linked.ts'

const LOOKS = {
  passed: { sign: '✓', says: 'passed' },
  failed: { sign: '✗', says: 'failed' },
  waived: { sign: 'w', says: 'failed, waived' },
  inconclusive: { sign: '?', says: 'inconclusive' },
  'not-run': { sign: '·', says: 'not run' },
  'not-applicable': { sign: '–', says: 'not applicable' },
} as const
type Look = keyof typeof LOOKS

const lookOf = (check: Check): Look =>
  isNotRun(check)
    ? 'not-run'
    : check.outcome === 'failed' && check.waived !== undefined
      ? 'waived'
      : check.outcome

/** The checks as a grid, a row a suite and a cell a check, told apart by sign as well as by colour. */
export function checksGrid({ run, verdict: { checks } }: Report): Markup {
  if (checks.length === 0)
    return html`<h2>Checks</h2><p>Not measured, because ${run.command === 'bench' ? 'infergate bench checks no promise' : 'the run ended before its first check'}.</p>`
  const suites = [...Map.groupBy(checks, ({ suite }) => suite)]
  const looks = Object.groupBy(checks, lookOf)
  const used = (Object.keys(LOOKS) as Look[]).filter((look) => looks[look])
  return html`<h2>Checks</h2><p>${countChecks(checks)}. Each cell is a check and leads to it.</p>
<ul class="legend">${used.map((look) => html`<li><i class="cell ${look}" aria-hidden="true">${LOOKS[look].sign}</i>${LOOKS[look].says}</li>`)}</ul>
<dl class="grid" data-grid>${suites.map(([suite, ofSuite]) => html`<div><dt>${suite} <span class="soft">${tally(ofSuite)}</span></dt><dd>${ofSuite.map(cell)}</dd></div>`)}</dl>`
}

const cell = (check: Check): Markup => {
  const look = lookOf(check)
  const name = `${check.id}: ${LOOKS[look].says}`
  return html`<a class="cell ${look}" href="${checkAddress(check.id)}" aria-label="${name}" title="${name}">${LOOKS[look].sign}</a>`
}

const tally = (checks: readonly Check[]): string =>
  `${checks.filter(({ outcome }) => outcome === 'passed').length} of ${checks.length}`
