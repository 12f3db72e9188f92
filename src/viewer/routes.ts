import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../clock.ts'
import { type Kind, sendFile, sendText } from './answers.ts'
import { type Feed, MOST_READERS } from './feed.ts'
import { renderList, renderListPage, runAddress } from './list-page.ts'
import { parseQuery } from './list-query.ts'
import { liveSections, renderLivePage, type Sections } from './live-page.ts'
import type { LiveRuns } from './live-runs.ts'
import { openPlainFile } from './places.ts'
import { readHead } from './read-head.ts'
import { barOf, leftReport, madeReport, renderFiles, withBar } from './run-page.ts'
import type { Runs } from './runs.ts'

export type Place = {
  readonly root: string
  readonly runs: Runs
  readonly live: LiveRuns
  readonly feed: Feed
  readonly clock: Clock
}

/** The list is looked at by so many looks of the feed: a thousand folders cost more than one run. */
const LIST_LOOKS = 3

/** What stands under a path: `/`, `/list`, `/events`, `/run/NAME/`, `/run/NAME/live`, `/run/NAME/files/FILE`. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  place: Place,
  steps: readonly string[],
): Promise<void> {
  const { root, runs } = place
  const [first = '', name = '', ...rest] = steps
  if (first === 'run') return await answerRun(request, response, place, name, rest)
  if (steps.length > 1) return notFound(response)
  if (first === '') sendText(response, renderListPage(root, await runs.heads()), { kind: 'own-page' })
  else if (first === 'list') {
    const query = parseQuery((request.url ?? '').split('?')[1] ?? '')
    sendText(response, renderList(await runs.heads(), query))
  } else if (first === 'events') follow(response, place, listChanges(runs))
  else notFound(response)
}

const notFound = (response: ServerResponse): void =>
  sendText(response, 'There is nothing here: open / for the list of runs.\n', { status: 404 })

async function answerRun(
  request: IncomingMessage,
  response: ServerResponse,
  place: Place,
  name: string,
  [part, file, ...more]: readonly string[],
): Promise<void> {
  const { runs } = place
  if (name === 'latest') return await toLatest(response, runs)
  const folder = await runs.folder(name)
  if (!folder || more.length > 0 || (file !== undefined && part !== 'files')) return notFound(response)
  if (part === undefined) redirect(response, runAddress(name))
  else if (part === '') await answerPage(response, place, folder, name)
  else if (part === 'live') follow(response, place, runChanges(place, folder))
  else if (part === 'files' && file === '')
    sendText(response, await renderFiles(folder, name), { kind: 'own-page' })
  else if (part === 'files' && file !== undefined) await answerFile(request, response, folder, file)
  else notFound(response)
}

const redirect = (response: ServerResponse, location: string): void =>
  sendText(response, '', { status: 302, headers: { location } })

/** The newest of the list: the link of that name is not followed. */
async function toLatest(response: ServerResponse, runs: Runs): Promise<void> {
  const newest = (await runs.heads()).find(({ word }) => word !== 'UNREADABLE')
  if (newest) redirect(response, runAddress(newest.name))
  else notFound(response)
}

/** The report that the run left; of one that goes on, what is known; else what its journal tells. */
async function answerPage(
  response: ServerResponse,
  place: Place,
  folder: string,
  name: string,
): Promise<void> {
  const { root, live, clock } = place
  const bar = await barOf(folder, name)
  const nowMs = clock.now().getTime()
  const head = await readHead(root, name, nowMs)
  if (head.word === 'RUNNING') {
    const page = renderLivePage(head, await live.of(folder), nowMs, bar)
    return sendText(response, page, { kind: 'own-page' })
  }
  const left = await leftReport(folder)
  if (left !== undefined) sendText(response, withBar(left, bar), { kind: 'foreign-page' })
  else if (head.word === 'UNREADABLE')
    sendText(response, `${head.why}\nOpen / for the list of runs.\n`, { status: 422 })
  else sendText(response, withBar(await madeReport(folder), bar), { kind: 'own-page' })
}

const KINDS: Readonly<Record<string, Kind>> = { html: 'foreign-page', json: 'json' }

async function answerFile(
  request: IncomingMessage,
  response: ServerResponse,
  folder: string,
  name: string,
): Promise<void> {
  await using file = await openPlainFile(folder, name)
  if (!file) return notFound(response)
  await sendFile(request, response, file, KINDS[name.split('.').at(-1) ?? ''] ?? 'text')
}

function follow(response: ServerResponse, { feed }: Place, next: () => Promise<string | undefined>): void {
  if (response.req.method === 'HEAD') sendText(response, '')
  else if (!feed.add(response, next))
    sendText(response, `${MOST_READERS} pages are open already: close some, then reload this one.\n`, {
      status: 503,
    })
}

/** That the list is another one: what of it is shown is the page's to ask. */
function listChanges(runs: Runs): () => Promise<string | undefined> {
  let [seen, looks] = [-1, 0]
  return async () => {
    if (looks++ % LIST_LOOKS !== 0) return undefined
    await runs.refresh()
    if (runs.version === seen) return undefined
    seen = runs.version
    return JSON.stringify({ changed: seen })
  }
}

/** The parts of a run's page that are other than when they were last told. */
function runChanges({ live, clock, root }: Place, folder: string): () => Promise<string | undefined> {
  let before: Sections = {}
  return async () => {
    const run = await live.of(folder)
    const nowMs = clock.now().getTime()
    const head = await readHead(root, folder.slice(root.length + 1), nowMs)
    const sections = liveSections(run, nowMs)
    const changed = Object.entries(sections).filter(([part, text]) => before[part] !== text)
    before = sections
    const isOver = head.word !== 'RUNNING'
    return changed.length + Number(isOver) === 0
      ? undefined
      : JSON.stringify({ sections: Object.fromEntries(changed), ...(isOver && { isOver }) })
  }
}
