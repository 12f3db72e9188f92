import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Clock } from '../clock.ts'
import type { Check, Live } from '../records/index.ts'
import { keepLive, type Watched } from './live-file.ts'

const still: Watched = { phase() {}, began() {}, step() {}, status() {}, warn() {} }
const check = (id: string): Check => ({
  ...{ id, suite: 'health', says: 'it answers', outcome: 'passed', required: true, durationMs: 1 },
})

/** A clock whose sleepers wake when they are told to. */
function stage(file = join(mkdtempSync(join(tmpdir(), 'infergate-live-')), 'live.json')) {
  const sleepers = new Set<() => void>()
  const clock: Clock = {
    monotonicMs: () => 0,
    now: () => new Date(0),
    sleep: (_ms, signal) =>
      new Promise((resolve, reject) => {
        sleepers.add(resolve)
        signal?.addEventListener('abort', () => {
          sleepers.delete(resolve)
          reject(signal.reason)
        })
      }),
  }
  const wake = async () => {
    for (const resolve of sleepers) resolve()
    sleepers.clear()
    await new Promise(setImmediate)
  }
  return { file, wake, clock, live: (): Live => JSON.parse(readFileSync(file, 'utf8')) }
}

test('a run says which checks are in flight and how far its phase is, a little later and together', async () => {
  const { file, wake, clock, live } = stage()
  using kept = keepLive(still, file, clock)
  expect(live()).toMatchObject({ phase: 'starting', done: 0 })
  kept.progress.phase('checks', 3)
  for (const id of ['a.one', 'a.two', 'a.three']) kept.progress.began?.(id)
  kept.progress.step(check('a.two'))
  kept.progress.warn('a.two: \u001b[31mno')
  expect(live().phase).toBe('starting')
  await wake()
  expect(live()).toMatchObject({
    ...{ phase: 'checks', done: 1, total: 3, inFlight: ['a.one', 'a.three'] },
    warnings: ['a.two: \\u001b[31mno'],
  })
})

test('nothing of it stays once the run has ended, and nothing is written any more', async () => {
  const { file, wake, clock } = stage()
  const kept = keepLive(still, file, clock)
  kept.progress.phase('checks')
  kept[Symbol.dispose]()
  await wake()
  expect(existsSync(file)).toBe(false)
})

test('a file that cannot be written is no matter of the run', async () => {
  const { clock, wake } = stage()
  using kept = keepLive(still, '/proc/nowhere/live.json', clock)
  kept.progress.phase('checks')
  await wake()
})
