import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { openHistory } from '../history/index.ts'
import type { Report } from '../reporters/index.ts'
import { sparkline } from '../reporters/index.ts'
import { recordedIo } from './testing/recorded-io.ts'
import { runTrend } from './trend.ts'

const { run, verdict }: Report = JSON.parse(
  readFileSync(new URL('../../fixtures/reports/fail.json', import.meta.url), 'utf8'),
)

/** A folder whose history holds a run for each value of the warm p50. */
async function folderWith(values: readonly number[]) {
  const io = recordedIo()
  await using history = await openHistory(join(io.cwd, '.infergate', 'history.sqlite'))
  for (const [index, value] of values.entries()) {
    const id = { runId: `run-${index}`, startedAt: `2026-01-0${index + 1}T00:00:00.000Z` }
    const [measurement] = verdict.measurements
    if (!measurement) throw new Error('the fixture has no measurement')
    await history.record(
      { ...run, ...id },
      { ...verdict, ...id, measurements: [{ ...measurement, value }] },
      { starts: [] },
    )
  }
  return io
}

test('a metric is shown run by run, oldest first, with a sparkline', async () => {
  const io = await folderWith([100, 200, 150])
  expect(await runTrend({ metric: 'e2eMsP50', limit: 30 }, io)).toBe(0)
  expect(io.out()).toMatch(/3 runs, oldest first: ▁█▅/)
  expect(io.out().match(/run-\d/g)).toEqual(['run-0', 'run-1', 'run-2'])
  expect(io.out()).toMatch(/2026-01-02 00:00:00 +200 ms/)
})

test('only the newest are shown when there are more', async () => {
  const io = await folderWith([1, 2, 3, 4])
  await runTrend({ metric: 'e2eMsP50', limit: 2 }, io)
  expect(io.out().match(/run-\d/g)).toEqual(['run-2', 'run-3'])
})

test('a run that keeps its figures at this moment is not waited for', async () => {
  const io = await folderWith([100, 200])
  const writer = new DatabaseSync(join(io.cwd, '.infergate', 'history.sqlite'))
  writer.exec('BEGIN EXCLUSIVE; DELETE FROM runs')
  expect(await runTrend({ metric: 'e2eMsP50', limit: 30 }, io)).toBe(0)
  writer.exec('ROLLBACK')
  writer.close()
  expect(io.out().match(/run-\d/g)).toEqual(['run-0', 'run-1'])
})

test('--json gives the points', async () => {
  const io = await folderWith([100])
  await runTrend({ metric: 'e2eMsP50', limit: 30, json: true }, io)
  expect(JSON.parse(io.out())).toMatchObject({
    points: [{ runId: 'run-0', value: 100, unit: 'ms', verdict: 'FAIL' }],
  })
})

test('a metric that does not exist is wrong usage, with or without a history, and makes none', async () => {
  for (const io of [recordedIo(), await folderWith([1])]) {
    const kept = existsSync(join(io.cwd, '.infergate'))
    await expect(runTrend({ metric: 'e2eMsP05', limit: 30 }, io)).rejects.toThrow(/did you mean "e2eMsP50"/)
    expect(existsSync(join(io.cwd, '.infergate'))).toBe(kept)
  }
})

test('a metric that no run has measured says what to do', async () => {
  const io = await folderWith([1])
  expect(await runTrend({ metric: 'ttftMsP50', limit: 30 }, io)).toBe(0)
  expect(io.out()).toBe('')
  expect(io.err()).toContain('infergate gate')
})

test('a level series is a line, and the ends of the range are the ends of the bars', () => {
  expect(sparkline([5, 5, 5])).toBe('▄▄▄')
  expect(sparkline([0, 7])).toBe('▁█')
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7])).toBe('▁▂▃▄▅▆▇█')
})
