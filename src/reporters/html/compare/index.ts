import { describeRun } from '../../compared.ts'
import { countOf } from '../../figures.ts'
import { versusRemarks } from '../../versus-table.ts'
import { html, type Markup, renderPage } from '../kit/index.ts'
import { changedChecks, changedInShort } from './checks.ts'
import { distributions } from './distributions.ts'
import { bothRuns, differing } from './facts.ts'
import { versusFigures } from './figures.ts'
import { forest, worstFirst } from './forest.ts'
import { startByStart } from './starts.ts'
import type { CompareView } from './view.ts'

export type { ComparedField, ComparedSide, CompareView } from './view.ts'

const LOOK = { PASS: 'pass', FAIL: 'fail', INCONCLUSIVE: 'open' } as const
const SAYS = {
  PASS: 'the candidate is no slower than the baseline by more than its margins',
  FAIL: 'the candidate is worse than the baseline',
  INCONCLUSIVE: 'not enough evidence to say whether the candidate is worse',
} as const

/** Two runs side by side: what decided and how sure it is, what differs, how both are distributed, which checks changed. */
export function comparePage(view: CompareView): string {
  const { compared } = view
  const { versus, verdict } = compared
  const metrics = worstFirst(versus.changes).map(({ metric }) => metric)
  return renderPage({
    title: `${verdict}: ${compared.candidate.runId} against ${compared.baseline.runId} · infergate compare`,
    head: head(view),
    tabs: [
      { id: 'summary', title: 'What decided', content: summary(view) },
      {
        id: 'distributions',
        title: 'Distributions',
        content: html`<h2>Start by start</h2>${startByStart(view, metrics)}<h2>Answer by answer</h2>${distributions(view)}`,
      },
      {
        id: 'checks',
        title: 'Checks that changed',
        content: html`<h2>Checks that changed</h2>${changedChecks(view)}`,
      },
      {
        id: 'runs',
        title: 'The runs',
        content: html`<h2>What differs</h2>${differing(view)}<h2>Both runs</h2>${bothRuns(view)}`,
      },
    ],
    foot: html`infergate compare ${compared.baseline.runId} ${compared.candidate.runId}. Intervals are at 95 %, percentiles of type 7.`,
  })
}

function head({ compared, candidate }: CompareView): Markup {
  const { verdict, reasons, exitCode } = compared
  const target = candidate.fingerprint?.targetName
  const more = reasons.length > 1 ? ` And ${countOf(reasons.length - 1, 'more reason')} below.` : ''
  return html`<div class="verdict ${LOOK[verdict]}">
<h1>${verdict}: ${SAYS[verdict]}</h1>
<p>${target && html`Target <strong>${target}</strong>. `}${reasons[0]}${more} (exit ${exitCode})</p>
<p class="soft">baseline ${describeRun(compared.baseline)}<br>candidate ${describeRun(compared.candidate)}</p></div>`
}

function summary(view: CompareView): Markup {
  const { reasons, versus, verdict } = view.compared
  const remarks = versusRemarks({ ...versus, differences: [], allowed: [] })
  const checks = changedInShort(view)
  return html`${checks && html`<p><a href="#tab=checks">Checks</a>: ${checks}</p>`}<h2>How sure is it</h2>${forest(versus)}
<h2>${verdict === 'PASS' ? 'What holds' : 'What decided it'}</h2><ol>${reasons.map((reason) => html`<li>${reason}</li>`)}</ol>
<h2>The figures</h2>${versusFigures(versus)}
${remarks.length > 0 && html`<h2>What limits it</h2><ul>${remarks.map((remark) => html`<li>${remark}</li>`)}</ul>`}
<h2>What differs</h2>${differing(view)}`
}
