import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { spellOwner, thisOwner } from '../owner.ts'
import { renderList, renderListPage } from './list-page.ts'
import { matching, parseQuery } from './list-query.ts'
import { Runs } from './runs.ts'
import { checkedEvent, keepRun, reportsFolder } from './testing/runs.ts'

const runsOf = (root: string) => new Runs(root, systemClock)
const list = async (root: string, search = '') => renderList(await runsOf(root).heads(), parseQuery(search))

test('each run is shown with its verdict, the newest first; killed, running and foreign folders as such', async () => {
  const root = reportsFolder()
  keepRun(root, { name: 'b', word: 'PASS', warmMs: 312.4, startedAt: '2026-11-02T00:00:00.000Z' })
  keepRun(root, { name: 'c', word: 'FAIL', reason: 'it broke', startedAt: '2026-11-03T00:00:00.000Z' })
  keepRun(root, { name: 'd', startedAt: '2026-11-04T00:00:00.000Z', isOld: true })
  keepRun(root, { name: 'e', startedAt: '2026-11-05T00:00:00.000Z' })
  mkdirSync(join(root, 'a-foreign-one'))
  mkdirSync(join(root, 'torn'))
  writeFileSync(join(root, 'torn', 'journal.jsonl'), '{"kind":"star')
  const heads = await runsOf(root).heads()
  expect(heads.map(({ name, word }) => `${name} ${word}`)).toEqual([
    ...['e RUNNING', 'd KILLED', 'c FAIL', 'b PASS', 'torn UNREADABLE', 'a-foreign-one UNREADABLE'],
  ])
  const text = await list(root)
  for (const part of ['warm p50 312 ms', 'it broke', 'it was killed', 'llama-8b', '6 runs, 1 running'])
    expect(text).toContain(part)
})

test('a run whose process is gone is killed at once, whatever was written just now; one of another machine goes on', async () => {
  const root = reportsFolder()
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  const owners = {
    gone: { ...thisOwner(), pid, started: '1' },
    here: thisOwner(),
    elsewhere: { ...thisOwner(), host: 'another', pid, started: '1' },
  }
  const live = {
    phase: 'checks',
    done: 1,
    phaseStartedAt: '2026-11-01T00:00:00.000Z',
    inFlight: [],
    warnings: [],
  }
  for (const [name, owner] of Object.entries(owners)) {
    const folder = keepRun(root, { name })
    writeFileSync(join(folder, 'live.json'), JSON.stringify({ ...live, owner: spellOwner(owner) }))
  }
  const heads = await runsOf(root).heads()
  expect(heads.map(({ name, word }) => `${name} ${word}`).toSorted()).toEqual([
    ...['elsewhere RUNNING', 'gone KILLED', 'here RUNNING'],
  ])
})

test('a search finds the runs in which every word stands; the filters narrow it', async () => {
  const root = reportsFolder()
  keepRun(root, { name: 'a', word: 'PASS', target: 'staging' })
  keepRun(root, { name: 'b', word: 'FAIL', target: 'staging', reason: 'warm-budget: too slow' })
  keepRun(root, { name: 'c', word: 'FAIL', target: 'prod' })
  const heads = await runsOf(root).heads()
  const found = (search: string) => matching(heads, parseQuery(search)).map(({ name }) => name)
  expect(found('q=SLOW+staging')).toEqual(['b'])
  expect(found('verdict=FAIL').toSorted()).toEqual(['b', 'c'])
  expect(found('target=staging&verdict=PASS')).toEqual(['a'])
  expect(found('q=nothing-like-it')).toEqual([])
})

test('names and reasons are text, whatever stands in them', async () => {
  const root = reportsFolder()
  mkdirSync(join(root, '<img src=x onerror=alert(1)>'))
  keepRun(root, { name: 'a"><script>', word: 'FAIL', reason: '</script><b>x\u202e', target: '"><i>' })
  const page = renderListPage(root, await runsOf(root).heads())
  expect(page).not.toMatch(/<img|"><script>|<b>x|<i>|\u202e/)
})

test('a thousand runs are pages of fifty', async () => {
  const root = reportsFolder()
  for (let index = 0; index < 1_000; index++)
    keepRun(root, { name: `run-${String(index).padStart(4, '0')}`, word: 'PASS', warmMs: 100 + index })
  const runs = runsOf(root)
  const [first, last] = [
    renderList(await runs.heads(), parseQuery('')),
    renderList(await runs.heads(), parseQuery('page=20')),
  ]
  expect(first.match(/class="word pass"/g)?.length).toBe(51)
  expect([first.includes('/run/run-0999/'), last.includes('/run/run-0000/')]).toEqual([true, true])
  expect(first).toContain('page 1 of 20')
})

test('the list is another one when a run comes, ends or goes, and is not when nothing happened', async () => {
  const root = reportsFolder()
  const runs = runsOf(root)
  const after = async (act: () => void) => {
    const before = runs.version
    act()
    await runs.refresh()
    return runs.version > before
  }
  await runs.refresh()
  let folder = ''
  expect(await after(() => (folder = keepRun(root, { name: 'a' })))).toBe(true)
  expect(await after(() => {})).toBe(false)
  const live = { phase: 'checks', done: 3, total: 9, phaseStartedAt: '', inFlight: [], warnings: [] }
  expect(await after(() => writeFileSync(join(folder, 'live.json'), JSON.stringify(live)))).toBe(true)
  expect(await list(root)).toContain('checks 3 of 9')
  const end = { kind: 'ended', atMs: 9, decision: { verdict: 'PASS', exitCode: 0, state: 'complete' } }
  const whole = { ...end, decision: { ...end.decision, reasons: [], measurements: [] } }
  const journal = join(folder, 'journal.jsonl')
  expect(
    await after(() => appendFileSync(journal, `${JSON.stringify(checkedEvent('a.b', 'passed'))}\n`)),
  ).toBe(false)
  expect(await after(() => appendFileSync(journal, `${JSON.stringify(whole)}\n`))).toBe(true)
  expect(await after(() => rmSync(folder, { recursive: true }))).toBe(true)
})
