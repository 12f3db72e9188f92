import type { Verdict } from '../../../../records/index.ts'
import { countOf } from '../../../figures.ts'
import { causes, type FoundCause } from '../../../findings.ts'
import { clipped, html, type Markup } from '../../kit/index.ts'
import { checkAddress } from '../linked.ts'
import { kindOf, outcomeMark } from './outcome.ts'

/** What did not hold, each cause once, worst first, with the checks that show it. */
export function findings(verdict: Verdict): Markup {
  const found = causes(verdict)
  if (found.length === 0) return html`<p>${noFindings(verdict)}</p>`
  return html`<h2>What did not hold</h2>
<ol class="findings">${found.map((one) => finding(one))}</ol>`
}

const noFindings = ({ verdict }: Verdict): string =>
  verdict === 'PASS' ? 'Everything that was judged held.' : 'No check is known not to hold.'

/** Links in sight; more of them open. */
const IN_SIGHT = 4

function finding({ id, others, outcome, reason, required }: FoundCause): Markup {
  const kind = kindOf({ outcome, reason })
  const [near, far] = [others.slice(0, IN_SIGHT - 1), others.slice(IN_SIGHT - 1)]
  return html`<li class="finding ${kind}"><p>${outcomeMark(kind)}${!required && html` <span class="badge">advisory</span>`} ${clipped(reason, 600)}</p>
<p class="soft">${others.length > 0 && `One cause, ${countOf(others.length + 1, 'check')}: `}${links([id, ...near])}</p>${
    far.length > 0 &&
    html`<details><summary>${countOf(far.length, 'check')} more of this cause</summary><p>${links(far)}</p></details>`
  }</li>
`
}

const links = (ids: readonly string[]): Markup =>
  html`${ids.map((id, index) => html`${index > 0 && ', '}<a href="${checkAddress(id)}"><code>${id}</code></a>`)}`
