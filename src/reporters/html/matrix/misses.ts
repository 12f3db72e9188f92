import { countOf } from '../../figures.ts'
import { type Content, clipped, html, type Markup, table } from '../kit/index.ts'
import { type MatrixFault, type MatrixView, OUTCOMES } from './view.ts'

const ORDER = Object.keys(OUTCOMES)
const TEXT_CHARACTERS = 600

/** What keeps the proof from being whole, the worst first: faults that were missed, healthy services that were blamed. */
export function misses({ faults, healthy, notJudged }: MatrixView): Markup {
  const open = faults
    .filter(({ outcome }) => outcome !== 'proven')
    .toSorted((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome))
  const blamed = healthy.filter(({ alarms }) => alarms.length > 0)
  return html`<h2>Not proven</h2>
${
  open.length === 0
    ? html`<p>${faults.length === 0 ? 'No fault was judged.' : `None: each of ${countOf(faults.length, 'run')} with a fault was caught by a check that states the cause.`}</p>`
    : table(
        'Faults that no check caught with their cause, the worst first',
        ['fault', 'outcome', 'what the fault does', 'what was said, and what it would take'].map((title) => ({
          title,
        })),
        open.map(missRow),
      )
}
<h2>False alarms</h2>
${
  blamed.length === 0
    ? html`<p>${healthy.length === 0 ? 'No healthy simulator was judged.' : `None: ${healthy.length} of ${countOf(healthy.length, 'healthy simulator')} passed without a word.`}</p>`
    : table(
        'Healthy simulators that were blamed',
        [{ title: 'simulator' }, { title: 'verdict' }, { title: 'what was said' }],
        blamed.map(({ name, verdict, alarms }) => [
          name,
          verdict,
          clipped(alarms.join(' | '), TEXT_CHARACTERS),
        ]),
      )
}
${notJudged.length > 0 && html`<h2>Not judged</h2><p>The proof was interrupted: ${clipped(notJudged.join(', '), TEXT_CHARACTERS)}.</p>`}`
}

const missRow = (one: MatrixFault): readonly Content[] => [
  html`${faultLink(one)} <span class="soft">${one.dialect}</span>`,
  outcomeOf(one),
  one.says,
  clipped(one.why ?? '', TEXT_CHARACTERS),
]

export const outcomeOf = ({ outcome, isAlone }: MatrixFault): Markup =>
  html`<span class="said said-${outcome}">${OUTCOMES[outcome]}</span>${isAlone && html` <span class="soft">(judged once more, alone)</span>`}`

/** To where the fault was seen; a source that is no address of the web is no link. */
export const faultLink = ({ fault, source }: MatrixFault): Markup =>
  source.startsWith('https://')
    ? html`<a href="${source}" rel="noreferrer"><code>${fault}</code></a>`
    : html`<code>${fault}</code>`
