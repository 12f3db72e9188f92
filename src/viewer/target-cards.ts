import { html, type Markup } from '../reporters/html/kit/index.ts'
import { countOf } from '../reporters/index.ts'
import { badge } from './badge.ts'
import type { RunHead } from './run-head.ts'

const MOST_CARDS = 8
const MOST_POINTS = 40
/** Of the level: what is drawn over the whole height. */
const LEAST_SPAN = 0.25
const [WIDTH, HEIGHT, EDGE] = [160, 34, 4]

/** The targets that ran last, each with the warm p50 of its runs: the oldest on the left. */
export function targetCards(runs: readonly RunHead[]): Markup | undefined {
  const byTarget = [...Map.groupBy(runs, ({ target }) => target)]
  if (byTarget.length === 0) return undefined
  const more = byTarget.length - MOST_CARDS
  return html`<ul class="targets" aria-label="The targets that ran last">${byTarget
    .slice(0, MOST_CARDS)
    .map(([target, own]) => html`<li>${card(target, own)}</li>`)}</ul>
${more > 0 && html`<p class="soft">And ${countOf(more, 'more target')}: choose one above.</p>`}`
}

function card(target: string, runs: readonly RunHead[]): Markup {
  const measured = runs
    .filter((run) => run.warmE2eMsP50 !== undefined)
    .slice(0, MOST_POINTS)
    .toReversed()
  const [low, high] = [Math.min(...measured.map(msOf)), Math.max(...measured.map(msOf))]
  const last = measured.at(-1)
  return html`<a href="#target=${encodeURIComponent(target)}" data-target="${target}">${target}</a>${runs[0] && badge(runs[0].word)}
${last ? spark(measured, low, high) : ''}
<span class="soft">${last ? `warm p50 ${Math.round(msOf(last))} ms; ${countOf(measured.length, 'run')}, ${Math.round(low)} to ${Math.round(high)} ms` : `${countOf(runs.length, 'run')}, no warm p50 measured`}</span>`
}

const msOf = ({ warmE2eMsP50 }: RunHead): number => warmE2eMsP50 ?? Number.NaN

function spark(runs: readonly RunHead[], low: number, high: number): Markup {
  // A few per cent are noise: they must not look like a climb.
  const span = Math.max(high - low, LEAST_SPAN * high)
  const middle = (high + low) / 2
  const place = (run: RunHead, index: number) => {
    const x = runs.length === 1 ? WIDTH / 2 : EDGE + (index * (WIDTH - 2 * EDGE)) / (runs.length - 1)
    const share = span === 0 ? 0.5 : 0.5 + (msOf(run) - middle) / span
    return { run, x: x.toFixed(1), y: (HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE)).toFixed(1) }
  }
  const places = runs.map(place)
  const failed = places.filter(({ run }, index) => run.word === 'FAIL' || index === places.length - 1)
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="warm p50 of the last ${countOf(runs.length, 'run')}, oldest first: ${runs.map((run) => Math.round(msOf(run))).join(', ')} ms"><polyline points="${places.map(({ x, y }) => `${x},${y}`).join(' ')}"/>${failed.map(({ run, x, y }) => html`<circle cx="${x}" cy="${y}" r="2.6"${run.word === 'FAIL' && html` class="bad"`}/>`)}</svg>`
}
