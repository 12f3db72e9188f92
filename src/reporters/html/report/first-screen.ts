import { momentOf } from '../../figures.ts'
import { repeatCommand } from '../../repeat-command.ts'
import type { Report } from '../../reporter.ts'
import { type Content, copyable, html, type Markup } from '../kit/index.ts'
import { howSure } from './how-sure.ts'
import { linker } from './linked.ts'
import { checksGrid } from './pictures/checks-grid.ts'
import { coldStarts } from './pictures/cold-starts.ts'
import { loads } from './pictures/load.ts'
import { search } from './pictures/search.ts'
import { versus } from './pictures/versus.ts'
import { warmLatency } from './pictures/warm-latency.ts'

/** Reasons that are read without a click. */
const SHOWN = 7

/** What decided, how to see it again, and the run in pictures. */
export function firstScreen(report: Report): Markup {
  return html`<div class="columns">
<section><h2>Why</h2>${reasons(report)}${howSure(report)}</section>
<section><h2>See it yourself</h2>${repeat(report)}<h2>${report.verdict.verdict === 'PASS' ? 'The run before' : 'Since when'}</h2>${sinceWhen(report)}</section>
</div>
${versus(report)}
<div class="pictures">${[coldStarts(report), warmLatency(report), ...loads(report), search(report)].map(
    (one) => one !== undefined && html`<section>${one}</section>`,
  )}</div>
<section>${checksGrid(report)}</section>`
}

function reasons({ verdict }: Report): Markup {
  const link = linker(verdict)
  const items = verdict.reasons.map((reason) => html`<li>${link(reason)}</li>`)
  const rest = items.slice(SHOWN)
  if (items.length === 0) return html`<p>The run gave no reason.</p>`
  return html`<ol class="reasons">${items.slice(0, SHOWN)}</ol>
${rest.length > 0 && html`<details><summary>${rest.length} more</summary><ol class="reasons" start="${SHOWN + 1}">${rest}</ol></details>`}`
}

function repeat({ run, file }: Report): Content {
  const command = repeatCommand(run)
  return [
    command === undefined
      ? html`<p>The command of this run is not known: it was not started from a command line.</p>`
      : html`<p>The same run again, with the same seed:</p>${copyable('repeat', 'the command that repeats the run', command)}`,
    html`<p>What it measured, rendered again from its journal:</p>${copyable('report', 'the command that renders the run again', `infergate report ${run.runId}`)}`,
    file !== undefined &&
      html`<p class="soft">Beside this page: journal.jsonl, samples.jsonl, verdict.json, report.md, junit.xml.</p>`,
  ]
}

/** The last run that was good, where one is known: what fails now came after it, or was accepted with it. */
function sinceWhen({ run: { expects, baseline, runId, startedAt } }: Report): Markup {
  const before = baseline ?? expects?.accepted
  if (!before)
    return html`<p>Not known, because no earlier run of this target was accepted: a complete PASS is, and so is one that <code>infergate baseline promote</code> names.</p>`
  return html`<p>Last good: ${momentOf(before.startedAt)}, run ${before.runId}, the last accepted run of this target. This run: ${momentOf(startedAt)}. What changed between them:</p>${copyable('compare', 'the command that compares the two runs', `infergate compare ${before.runId} ${runId}`)}`
}
