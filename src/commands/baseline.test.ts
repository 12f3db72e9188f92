import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { openHistory } from '../history/index.ts'
import { keepNight } from '../history/testing/runs.ts'
import { runBaselineList, runBaselinePromote, runBaselineShow } from './baseline.ts'
import { runHistoryPrune } from './history-prune.ts'
import { runHistoryShow } from './history-show.ts'
import { recordedIo } from './testing/recorded-io.ts'

/** A folder whose history has three nights of staging. */
async function nights() {
  const io = recordedIo({ env: { GITHUB_ACTOR: 'ops' } })
  await using history = await openHistory(join(io.cwd, '.infergate', 'history.sqlite'))
  for (const night of [1, 2, 3]) await keepNight(history, night)
  return io
}

test('a run is promoted, logged with who and why, and shown with the figures of its starts', async () => {
  const io = await nights()
  expect(await runBaselineShow({}, io)).toBe(0)
  expect(io.err()).toContain('the last complete PASS of a target is its baseline')
  expect(await runBaselinePromote('night-001', { reason: 'release 7' }, io)).toBe(0)
  await runBaselinePromote('night-002', { reason: 'release 8', replaces: 'night-001' }, io)
  expect(io.out()).toMatch(/night-001 is the baseline of staging now\.\n.*It replaces night-001\./)
  await runBaselineList({ target: 'staging' }, io)
  expect(io.out()).toMatch(/staging +night-001 +ops +release 7\n.*staging +night-002 +ops +release 8\n/)
  await runBaselineShow({}, io)
  expect(io.out()).toMatch(
    /staging +night-002 +2026-01-02 03:00:00 +e2eMsP50 +90\.00 100\.0 130\.0 +release 8/,
  )
})

test('whoever promotes over a baseline that is another one by now is told so', async () => {
  const io = await nights()
  await runBaselinePromote('night-001', { reason: 'first', replaces: 'none' }, io)
  for (const replaces of ['none', 'night-003'])
    await expect(runBaselinePromote('night-002', { reason: 'x', replaces }, io)).rejects.toMatchObject({
      ...{ code: 'usage', message: expect.stringMatching(/is night-001 by now/) },
    })
})

test('an empty reason and a run that is not there are wrong usage', async () => {
  const io = await nights()
  await expect(runBaselinePromote('night-001', { reason: ' ' }, io)).rejects.toThrow(/write why/)
  await expect(runBaselinePromote('gone', { reason: 'x' }, io)).rejects.toThrow(/There is no run gone/)
  await expect(runHistoryShow('gone', { limit: 1 }, io)).rejects.toThrow(/There is no run gone/)
  await expect(runHistoryPrune({}, io)).rejects.toThrow(/either --older-than DAYS or --run ID/)
})

test('--dry-run says what would be removed and why the rest stays, and removes nothing', async () => {
  const io = await nights()
  const clock = { ...systemClock, now: () => new Date('2026-03-01T00:00:00.000Z') }
  await runHistoryPrune({ olderThan: 1, dryRun: true }, io, clock)
  expect(io.out()).toMatch(/night-001 +PASS +would be removed\n.*night-002 +PASS +would be removed\n/)
  expect(io.out()).toMatch(/night-003 +PASS +stays: it is the last accepted run of its target/)
  expect(io.err()).toBe('2 runs would be removed; 1 stays.\n')
  await runHistoryShow(undefined, { limit: 9, json: true }, io)
  expect(JSON.parse(io.out().slice(io.out().indexOf('['))).length).toBe(3)
})
