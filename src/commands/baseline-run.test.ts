import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openHistory } from '../history/index.ts'
import type { Run } from '../records/index.ts'
import { baselineRun, driftOf } from './baseline-run.ts'
import { recordedIo } from './testing/recorded-io.ts'
import { keepRun, saveRun } from './testing/saved-runs.ts'

const passing: Run = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/verdict/passing.json'), 'utf8'),
)

function place() {
  const { cwd } = recordedIo()
  const places = { reportsDir: join(cwd, 'reports'), cwd }
  return { places, file: join(cwd, 'history.sqlite'), saved: saveRun(places.reportsDir, { runId: 'A' }) }
}
const TARGET = { name: 'staging', dialect: 'openai' }

/** A gate of the target that passed, as the history keeps it. */
const gateOf = (saved: Run, runId: string, startedAt: string): Run => ({
  ...passing,
  ...{ runId, startedAt, target: saved.target, boots: saved.boots, samples: saved.samples },
  ...(saved.fingerprint && { fingerprint: saved.fingerprint }),
  profile: { engine: 'vllm', capabilities: ['chat', 'stream'], missing: {} },
})

test('last-good is the last gate that passed, and the promoted run once there is one', async () => {
  const { places, file, saved } = place()
  await keepRun(file, gateOf(saved, 'first', '2026-01-01T00:00:00.000Z'))
  await keepRun(file, gateOf(saved, 'second', '2026-01-02T00:00:00.000Z'))
  await using history = await openHistory(file)
  const lastGood = async () => (await baselineRun('last-good', TARGET, places, history)).runId
  expect(await lastGood()).toBe('second')
  const how = { runId: 'first', reason: 'the release', by: 'me', at: '2026-01-03T00:00:00.000Z' }
  await history.baseline.promote({ ...how, expected: undefined })
  expect(await lastGood()).toBe('first')
})

test('without an accepted run last-good says how to get one', async () => {
  const { places, file } = place()
  await using history = await openHistory(file)
  await expect(baselineRun('last-good', TARGET, places, history)).rejects.toThrow(
    'needs an accepted run of staging, and the history has none: run `infergate gate` without it',
  )
  await expect(baselineRun('last-good', TARGET, places, undefined)).rejects.toMatchObject({ code: 'usage' })
})

test('a run that did not pass, or measured nothing, is no baseline', async () => {
  const { places } = place()
  saveRun(places.reportsDir, { runId: 'slow', ttft: 9 })
  await expect(baselineRun('slow', TARGET, places, undefined)).rejects.toThrow(
    'The run slow is no baseline: it is FAIL, complete',
  )
  saveRun(places.reportsDir, { runId: 'old', fingerprint: 'none' })
  await expect(baselineRun('old', TARGET, places, undefined)).rejects.toThrow('kept no fingerprint')
})

test('drift is measured on accepted runs that are alike, of the same version where five are', async () => {
  const { places, file, saved } = place()
  for (let seed = 1; seed < 6; seed++)
    await keepRun(file, saveRun(places.reportsDir, { runId: `same-${seed}`, seed }))
  const other = { fingerprint: { flags: ['serve', '-O3'] }, ttft: 1.3 }
  await keepRun(file, saveRun(places.reportsDir, { runId: 'other-version', ...other }))
  await keepRun(file, saveRun(places.reportsDir, { runId: 'unlike', fingerprint: { model: 'b' }, ttft: 2 }))
  await using history = await openHistory(file)
  const baseline = await baselineRun('A', TARGET, places, history)
  expect(saved.runId).toBe(baseline.runId)
  const drift = await driftOf(baseline, 'staging', history)
  expect(drift.ttftMsP50?.runs).toBe(5)
  expect(drift.ttftMsP50?.sd).toBeLessThan(0.02)
  const next = await driftOf({ ...baseline, ...(await history.run('other-version')) }, 'staging', history)
  expect(next.ttftMsP50?.runs).toBe(6)
})
