import { type Content, clipped, html, type Markup, renderPage, textOf } from '../reporters/html/kit/index.ts'
import { countOf, formatDuration } from '../reporters/index.ts'
import { badge } from './badge.ts'
import { commandOf, isRun, type ListQuery, matching, PAGE_SIZE } from './list-query.ts'
import { type Head, type RunHead, WORDS } from './run-head.ts'
import { targetCards } from './target-cards.ts'

/** The page around the list: what is searched for stands in the address, and the list is asked for by it. */
export function renderListPage(root: string, heads: readonly Head[]): string {
  return renderPage({
    title: 'Runs · infergate',
    head: html`<h1>Runs</h1><p class="soft">of the folder ${root}</p>`,
    tabs: [
      {
        id: 'runs',
        title: 'Runs',
        content: html`${filters(heads)}${connection}<div data-list="/list" data-events="/events">${listOf(heads, { text: '', word: '', command: '', target: '', page: 1 })}</div>`,
      },
    ],
    foot: 'The list is kept up to date while `infergate view` runs.',
    isLive: true,
  })
}

/** What is shown when the server is gone: figures that stand still must not look live. */
export const connection = html`<p class="connection" data-connection hidden>\`infergate view\` does not answer any more: what is shown is the last that it said. Run it again, then reload this page.</p>`

/** The list alone, as the page asks for it anew. */
export const renderList = (heads: readonly Head[], query: ListQuery): string => textOf(listOf(heads, query))

function filters(heads: readonly Head[]): Markup {
  const runs = heads.filter(isRun)
  const choice = (name: string, title: string, values: readonly string[]) =>
    html`<label>${title} <select data-list-filter="${name}"><option value="">all</option>${values.map((value) => html`<option value="${value}">${value}</option>`)}</select></label>`
  return html`<div class="filters" role="search">
<label>Search <input type="search" data-list-filter="q" placeholder="target, model, reason …"></label>
${choice('verdict', 'Verdict', WORDS)}
${choice('command', 'Command', unique(runs.map(commandOf)))}
${choice('target', 'Target', unique(runs.map(({ target }) => target)))}
</div>`
}

const unique = (values: readonly string[]): readonly string[] => [...new Set(values)].toSorted()

function listOf(heads: readonly Head[], query: ListQuery): Markup {
  if (heads.length === 0)
    return html`<p>There is no run yet. <code>infergate gate</code> in another terminal makes one, and it is shown here while it goes on.</p>`
  const found = matching(heads, query)
  const pages = Math.max(1, Math.ceil(found.length / PAGE_SIZE))
  const page = Math.min(query.page, pages)
  const shown = found.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE)
  return html`${targetCards(heads.filter(isRun))}
<h2>${found.length === heads.length ? countOf(heads.length, 'run') : `${found.length} of ${countOf(heads.length, 'run')}`}${runningNow(heads)}</h2>
${found.length === 0 && html`<p>No run is like this: change the search, or choose “all”.</p>`}
<ol class="runs">${shown.map((head) => html`<li>${isRun(head) ? runRow(head) : brokenRow(head)}</li>`)}</ol>
${pages > 1 && pager(page, pages)}`
}

function runningNow(heads: readonly Head[]): string {
  const running = heads.filter(({ word }) => word === 'RUNNING').length
  return running === 0 ? '' : `, ${running} running`
}

const pager = (page: number, pages: number): Markup =>
  html`<nav class="pager" aria-label="Pages of the list">${page > 1 && html`<a href="#page=${page - 1}" data-page="${page - 1}">Newer</a>`} <span>page ${page} of ${pages}</span> ${page < pages && html`<a href="#page=${page + 1}" data-page="${page + 1}">Older</a>`}</nav>`

export const runAddress = (name: string): string => `/run/${encodeURIComponent(name)}/`

function runRow(head: RunHead): Markup {
  const { name, place, model, target } = head
  const where = [place === target ? undefined : place, model].filter((part) => part !== undefined)
  return html`${badge(head.word)}
<a class="name" href="${runAddress(name)}">${commandOf(head)} of ${target}</a>
<span class="soft when"><time datetime="${head.startedAt}">${head.startedAt.slice(0, 16).replace('T', ' ')} UTC</time>${head.durationMs !== undefined && `, took ${formatDuration(head.durationMs)}`}</span>
<span class="figure">${head.warmE2eMsP50 !== undefined && `warm p50 ${Math.round(head.warmE2eMsP50)} ms`}</span>
<span class="soft where">${where.join(', ')}</span>
<span class="why">${why(head)}</span>
<a class="files" href="${runAddress(name)}files/" aria-label="Files of ${name}">files</a>`
}

function why({ word, state, live, reason }: RunHead): Content {
  if (word === 'RUNNING') return live ? nowDoing(live) : 'it goes on'
  if (word === 'KILLED') return 'it was killed: its journal has no end'
  const said = word === 'PASS' || reason === undefined ? '' : clipped(reason, 220)
  return state === 'complete' || word === 'INTERRUPTED' ? said : `${state}. ${said}`
}

const nowDoing = ({ phase, done, total, status }: NonNullable<RunHead['live']>): string =>
  [
    `${phase} ${done}${total === undefined ? '' : ` of ${total}`}`,
    ...(status === undefined ? [] : [status]),
  ].join(': ')

const brokenRow = ({ name, word, why: reason }: Extract<Head, { word: 'UNREADABLE' }>): Markup =>
  html`${badge(word)}<span class="name">${clipped(name, 120)}</span><span class="why">${clipped(reason, 220)}</span>`
