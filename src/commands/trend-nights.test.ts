import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Clock } from '../clock.ts'
import { readHistory } from '../history/index.ts'
import { ioWithNights } from './testing/nights.ts'
import { recordedIo } from './testing/recorded-io.ts'
import { runTrend } from './trend.ts'
import { runTrendAccept } from './trend-accept.ts'
import { runTrendConfirm } from './trend-confirm.ts'

const ALL = { limit: 30 }
const fileIn = ({ cwd }: { readonly cwd: string }) => join(cwd, '.infergate', 'history.sqlite')

test('without a metric every series is shown, cold beside warm, and what moved with its cause', async () => {
  const io = await ioWithNights(40, 28)
  expect(await runTrend(ALL, io)).toBe(0)
  expect(io.out()).toMatch(/^staging on Processor: 40 nights, 2026-01-01 to 2026-02-09$/m)
  expect(io.out()).toMatch(/^ {2}accepted +1 s|^ {2}accepted +\d+ ms +\d+ ms +10 %$/m)
  expect(io.out()).toMatch(/^ {2}e2eMsP50 \(warm\) +39 of 40 +[▁-█]{30} .*\+1[12] %/m)
  expect(io.out()).toMatch(/Since 2026-01-29: .*e2eMsP50.*Cause: revision: a → b/)
  expect(io.out()).toMatch(/2026-01-05 .*, invalid-nights: /)
})

test('--fail-on-change is 10 where a level moved, and 0 where none did or it is accepted', async () => {
  const quiet = await ioWithNights(40)
  expect(await runTrend({ ...ALL, failOnChange: true }, quiet)).toBe(0)
  expect(quiet.out()).toContain('Nothing moved that is not accepted.')
  const io = await ioWithNights(40, 28)
  expect(await runTrend({ ...ALL, failOnChange: true }, io)).toBe(10)
  expect(await runTrendAccept({ reason: 'the new revision does more' }, io)).toBe(0)
  expect(io.out()).toMatch(/e2eMsP50 \(warm\): accepted from 2026-01-29 on \(run night-029\)/)
  expect(await runTrend({ ...ALL, failOnChange: true }, io)).toBe(0)
  expect(await runTrendAccept({ reason: 'again' }, io)).toBe(0)
  expect(io.err()).toContain('There is nothing to accept')
})

test('an acceptance of one metric leaves the others open, and says who, when and why', async () => {
  const io = await ioWithNights(40, 28)
  const clock = { now: () => new Date('2026-03-01T00:00:00.000Z') } as Clock
  const by = { ...io, env: { GITHUB_ACTOR: 'ops' } }
  await runTrendAccept({ metric: 'e2eMsP50', reason: 'meant' }, by, clock)
  await using history = await readHistory(fileIn(io))
  expect(await history.acceptances()).toEqual([
    expect.objectContaining({
      ...{ runId: 'night-029', reason: 'meant', by: 'ops', at: '2026-03-01T00:00:00.000Z' },
      series: expect.objectContaining({ metric: 'e2eMsP50' }),
    }),
  ])
  expect(await runTrend({ ...ALL, failOnChange: true }, io)).toBe(10)
  await expect(runTrendAccept({ reason: ' ' }, io)).rejects.toThrow(/--reason says nothing/)
})

test('a metric is one series, with its last runs below', async () => {
  const io = await ioWithNights(12)
  await runTrend({ ...ALL, metric: 'e2eMsP50', json: true }, io)
  const { series, points, incidents } = JSON.parse(io.out())
  expect(series).toMatchObject([
    { trend: { series: { metric: 'e2eMsP50', warmth: 'warm' }, state: 'steady', used: 11 } },
  ])
  expect(series[0].nights).toHaveLength(12)
  expect([points, incidents]).toEqual([[], []])
})

test('pages and pictures are written where they were asked for', async () => {
  const io = await ioWithNights(40, 28)
  await runTrend({ ...ALL, markdown: 'out/trend.md', svg: 'out/pictures' }, io)
  const page = readFileSync(join(io.cwd, 'out/trend.md'), 'utf8')
  expect(page).toMatch(/^## What moved\n\n1\. Since 2026-01-29: /m)
  expect(page).toMatch(/^### Cold and warm$/m)
  expect(readdirSync(join(io.cwd, 'out/pictures')).map((name) => name.split('--').at(-1))).toEqual(
    expect.arrayContaining(['cold-warm.svg', 'coldStartMs-cold.svg', 'e2eMsP50-warm.svg']),
  )
  await runTrend({ ...ALL, svg: 'both.svg' }, io)
  const both = readFileSync(join(io.cwd, 'both.svg'), 'utf8')
  expect(both.indexOf('>coldStartMs (cold)<')).toBeGreaterThan(0)
  expect(both.indexOf('>coldStartMs (cold)<')).toBeLessThan(both.indexOf('>e2eMsP50 (warm)<'))
  await expect(runTrend({ ...ALL, svg: '/proc/nowhere/x' }, io)).rejects.toMatchObject({
    code: 'reports-unwritable',
  })
  await expect(runTrend({ ...ALL, json: true, markdown: '-' }, io)).rejects.toThrow(
    /cannot both go to stdout/,
  )
})

test('an unknown target or metric is wrong usage, with what could be meant', async () => {
  const io = await ioWithNights(3)
  await expect(runTrend({ ...ALL, series: 'stagign' }, io)).rejects.toThrow(/did you mean "staging"/)
  await expect(runTrendAccept({ target: 'stagign', reason: 'x' }, io)).rejects.toThrow(/"staging"/)
  await expect(runTrendConfirm({ metric: 'e2eMsP05' }, io)).rejects.toThrow(/"e2eMsP50"/)
})

test('a history that is not there is not made: trend says so, accept and confirm refuse', async () => {
  const io = recordedIo()
  expect(await runTrend(ALL, io)).toBe(0)
  expect(io.err()).toMatch(/There is no history at .* yet/)
  await expect(runTrendAccept({ reason: 'x' }, io)).rejects.toThrow(/infergate nightly/)
  await expect(runTrendConfirm({}, io)).rejects.toThrow(/infergate nightly/)
  expect(existsSync(join(io.cwd, '.infergate'))).toBe(false)
})

test('one night is shown, and is too few to say anything', async () => {
  const io = await ioWithNights(1)
  expect(await runTrend({ ...ALL, failOnChange: true }, io)).toBe(0)
  expect(io.out()).toContain('Too few nights count to say whether anything moved.')
  expect(await runTrendConfirm({}, io)).toBe(0)
  expect(io.err()).toContain('There is nothing to confirm')
})

test('--html writes a page of every series, and names a path that it cannot write before the history is read', async () => {
  const io = await ioWithNights(40, 28)
  expect(await runTrend({ ...ALL, html: 'out/trend.html' }, io)).toBe(0)
  const page = readFileSync(join(io.cwd, 'out', 'trend.html'), 'utf8')
  expect(page).toMatch(/<h1>\d of \d series moved, \d for the worse, in 1 incident<\/h1>/)
  expect(page).toContain('href="#series=staging-e2eMsP50-warm-Processor"')
  expect(io.err()).toBe('Page: out/trend.html\n')
  await runTrendAccept({ reason: 'more <b>work</b>' }, io)
  await runTrend({ ...ALL, html: 'out/trend.html' }, io)
  const accepted = readFileSync(join(io.cwd, 'out', 'trend.html'), 'utf8')
  expect(accepted).toContain('<h1>Nothing moved that is not accepted</h1>')
  expect(accepted).toContain('<td>accepted from this night on</td><td>more &lt;b&gt;work&lt;/b&gt;</td>')
  await expect(runTrend({ ...ALL, html: 'out' }, recordedIo({ cwd: io.cwd }))).rejects.toThrow(
    '--html out is a folder',
  )
})
