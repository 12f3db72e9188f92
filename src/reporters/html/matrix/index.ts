import { countOf } from '../../figures.ts'
import { html, jsonScript, type Markup, renderPage } from '../kit/index.ts'
import { CELLS, type MatrixData } from './cells.ts'
import { checkList } from './checks.ts'
import { faultList } from './faults.ts'
import { filters } from './filters.ts'
import { healthySeeds } from './healthy.ts'
import { misses } from './misses.ts'
import { timeToCatch } from './times.ts'
import type { MatrixView } from './view.ts'

export type { MatrixView } from './view.ts'

/** Is the verdict to be believed: what was missed, faults × checks, the time to catch, healthy services. */
export function matrixPage(view: MatrixView): string {
  const word = view.isProven ? 'PROVEN' : 'NOT PROVEN'
  return renderPage({
    title: `${word}: ${countOf(view.faults.length, 'run')} with a fault, ${view.healthy.length} healthy · infergate prove`,
    head: head(view, word),
    tabs: [
      {
        id: 'summary',
        title: 'Misses and alarms',
        content: html`${misses(view)}<h2>Time to catch</h2>${timeToCatch(view)}<h2>Healthy simulators</h2>${healthySeeds(view)}`,
      },
      { id: 'matrix', title: 'Matrix', content: matrix(view) },
      {
        id: 'faults',
        title: `Faults (${view.faults.length})`,
        content: html`<h2>Faults</h2>${filters(view, { id: 'faults', hasColumns: false })}${faultList(view)}`,
      },
      {
        id: 'checks',
        title: `Checks (${view.checks.length})`,
        content: html`<h2>Checks</h2>${checkList(view)}`,
      },
    ],
    foot: html`infergate ${view.toolVersion} prove, ${view.startedAt.slice(0, 10)}, ${Math.round(view.durationMs / 1_000)} s on ${countOf(view.cores, 'core')} with ${view.jobs} runs at a time.`,
  })
}

const head = ({ isProven, isQuick, headline, notJudged }: MatrixView, word: string): Markup =>
  html`<div class="verdict ${isProven ? 'pass' : 'fail'}"><h1>${word}: ${isProven ? 'the verdict of infergate can be believed' : 'something was missed, or blamed without cause'}</h1><p>${headline}.</p>
${isQuick && html`<p>Quick: of each fault only the checks that are about it were asked; what else fails is not known.</p>`}
${notJudged.length > 0 && html`<p>Interrupted: ${countOf(notJudged.length, 'simulator')} not judged.</p>`}</div>`

function matrix(view: MatrixView): Markup {
  const data: MatrixData = {
    ...{ checks: view.checks, families: view.families },
    rows: view.faults.map(({ fault, dialect, family, outcome, cells }) => ({
      fault,
      dialect,
      family,
      outcome,
      cells,
    })),
  }
  return html`<h2>Faults × checks</h2>
<dl class="matrix-legend">${Object.values(CELLS).map(([word, means]) => html`<div><dt class="sign sign-${word === 'n/a' ? 'na' : word}">${word}</dt><dd>${means}</dd></div>`)}<div><dt class="sign">(empty)</dt><dd>the check passed, or was not asked: it is not about the fault</dd></div></dl>
${filters(view, { id: 'matrix', hasColumns: true })}
<div class="scroll matrix" tabindex="0" role="region" aria-label="Faults × checks" data-matrix><p>The matrix is drawn by the script of this page; without it, the list of faults says the same.</p></div>
${jsonScript('matrix-data', data)}`
}
