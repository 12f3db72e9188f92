import type { RunState } from '../../../records/index.ts'
import { formatDuration, momentOf } from '../../figures.ts'
import { countChecks } from '../../not-judged.ts'
import type { Report } from '../../reporter.ts'
import { type LeadingWord, verdictParts } from '../../verdict-line.ts'
import { type Content, copyable, html, type Markup } from '../kit/index.ts'
import { linker } from './linked.ts'

/** Characters of the sentence that decided; the reasons below have all of it. */
const LONGEST = 700

const LOOK = {
  PASS: { tone: 'pass', sign: '✓' },
  FAIL: { tone: 'fail', sign: '✗' },
  INCONCLUSIVE: { tone: 'open', sign: '?' },
  INTERRUPTED: { tone: 'open', sign: '!' },
} as const satisfies Record<LeadingWord, object>

/** A run that did not come to its end as planned: nobody may read its figures as those of a whole one. */
const ALARMS: Readonly<Record<Exclude<RunState, 'complete'>, string>> = {
  interrupted:
    'This run ended before its plan was done. The page shows what was known by then; the rest was not judged.',
  killed:
    'This run was killed: its journal has no end. The page shows what was on disk; the rest was not judged.',
  invalid: 'This run came to its end, but what it measured cannot be used as evidence. The reasons say why.',
}

/** What was decided, what decided it and what to do next: always in sight. */
export function verdictHead({ run, verdict }: Report): Markup {
  const parts = verdictParts(verdict, run, LONGEST)
  const { tone, sign } = LOOK[parts.word]
  const link = linker(verdict)
  const [decided, ...more] = parts.decided
  const beside = [
    ...parts.held,
    ...parts.throttle,
    ...(parts.notJudged.length > 0 ? [`Not judged: ${parts.notJudged.join('; ')}.`] : []),
  ]
  return html`<div class="verdict ${tone}">
<p class="target">${parts.target}</p>
${run.target.kind === 'simulator' && html`<p class="simulated"><strong>SIMULATED</strong> ${simulated(run)}</p>`}
<h1><span class="word"><span aria-hidden="true">${sign}</span> ${parts.word}</span> <span class="meaning">${parts.meaning}</span></h1>
${verdict.state !== 'complete' && html`<p class="alarm"><strong>${verdict.state.toUpperCase()}</strong> ${ALARMS[verdict.state]}</p>`}
${decided !== undefined && html`<p class="decided">${strong(decided, link)}</p>`}
${more.map((one) => html`<p class="decided">${strong(one, link)}</p>`)}
${verdict.settledBy !== undefined && html`<p class="next">${parts.word === 'INTERRUPTED' ? 'For a verdict, run' : 'To settle it, run'}</p>${copyable('settle', 'the command that settles it', verdict.settledBy)}`}
${verdict.checks.length > 0 && html`<p>${countChecks(verdict.checks, run.promises)}.</p>`}
${beside.length > 0 && html`<p class="soft">${coded(beside.join(' '))}</p>`}
<p class="soft">infergate ${run.command}, ${momentOf(verdict.startedAt)}, took ${formatDuration(verdict.durationMs)}; exit code ${verdict.exitCode}, run ${verdict.state}.</p>
</div>`
}

/** The simulator is built in, and what is wrong with it was asked for: nobody needs to be woken. */
function simulated({ target: { faults = [] } }: Report['run']): string {
  const service = 'The built-in simulator was judged, no service of yours.'
  return faults.length === 0 ? service : `${service} Faults switched on: ${faults.join(', ')}.`
}

/** A number with its unit, or a count of a whole. */
const QUANTITY =
  /(?<![\w.-])(\d+(?:[.,]\d+)*(?: of (?:at least )?\d+| (?:ms|s|min|%|tokens\/s|requests\/s)(?![\w/])))/

/** The figures of a sentence in bold: what a reader looks for first. */
const strong = (text: string, link: (text: string) => Content): Content =>
  text.split(QUANTITY).map((part, index) => (index % 2 === 1 ? html`<b>${part}</b>` : link(part)))

/** What stands between backticks is what somebody types. */
const coded = (text: string): Content =>
  text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))
