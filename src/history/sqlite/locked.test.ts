import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { openHistory } from '../index.ts'
import { emptyFolder } from '../testing/folder.ts'
import { keepNight } from '../testing/runs.ts'

const SHORT = { writeTimeoutMs: 60, busyTimeoutMs: 60 }

test('a history that another process keeps locked is refused with the next step, and nothing is lost', async () => {
  const file = join(emptyFolder(), 'h.sqlite')
  await using history = await openHistory(file, SHORT)
  await keepNight(history, 1)
  const other = new DatabaseSync(file)
  other.exec('BEGIN IMMEDIATE')
  await expect(keepNight(history, 2)).rejects.toMatchObject({
    ...{ code: 'store-unusable', exitCode: 30 },
    message: `The history ${file} was locked by another process for too long: wait for the other run to end, then run again.`,
  })
  await expect(openHistory(file, SHORT)).rejects.toMatchObject({ code: 'store-unusable' })
  other.exec('ROLLBACK')
  other.close()
  await keepNight(history, 2)
  expect((await history.runs({ limit: 9 })).map(({ runId }) => runId)).toEqual(['night-002', 'night-001'])
})

test('two writers in one process wait for each other, and hold up nothing else', async () => {
  const file = join(emptyFolder(), 'h.sqlite')
  await using one = await openHistory(file)
  await using other = await openHistory(file)
  const nights = Array.from({ length: 12 }, (_, night) => keepNight(night % 2 === 0 ? one : other, night + 1))
  await Promise.all(nights)
  expect((await one.runs({ limit: 99 })).length).toBe(12)
})

test('a baseline whose run was deleted behind our back is a clear error, in each place that needs it', async () => {
  const file = join(emptyFolder(), 'h.sqlite')
  await using history = await openHistory(file)
  const runId = await keepNight(history, 1)
  const at = '2026-03-01T00:00:00.000Z'
  await history.baseline.promote({ runId, reason: 'first', by: 'ops', at, expected: undefined })
  {
    using database = new DatabaseSync(file)
    database.exec('DELETE FROM runs')
  }
  const refused = {
    code: 'store-unusable',
    message: expect.stringMatching(
      /The baseline of staging, run night-001, is not in the history .* any more: promote another run with `infergate baseline promote/,
    ),
  }
  await expect(history.baseline.current('staging')).rejects.toMatchObject(refused)
  await expect(history.lastAccepted({ name: 'staging', dialect: 'openai' })).rejects.toMatchObject(refused)
  // What was promoted stays on record, and another run can take its place.
  const next = await keepNight(history, 2)
  await history.baseline.promote({ runId: next, reason: 'second', by: 'ops', at, expected: runId })
  expect((await history.baseline.current('staging'))?.run.runId).toBe('night-002')
})

test('a record that was changed behind our back is not exported as what was recorded', async () => {
  const file = join(emptyFolder(), 'h.sqlite')
  await using history = await openHistory(file)
  await keepNight(history, 1)
  {
    using database = new DatabaseSync(file)
    database.exec(
      `DROP TRIGGER recorded_runs_are_sealed; UPDATE runs SET record = replace(record, 'PASS', 'FAIL')`,
    )
  }
  await expect(history.export('jsonl', () => {})).rejects.toMatchObject({
    ...{ code: 'store-unusable', message: expect.stringMatching(/its seal does not match/) },
  })
})
