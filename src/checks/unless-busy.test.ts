import { expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import type { Load, LoadWatch } from '../load.ts'
import type { Ended } from './cases.ts'
import { unlessBusy } from './unless-busy.ts'

const BUSY: Load = { cores: 2, runnable: 2, lateMs: 40 }
const watching = (load: Load): LoadWatch => ({ read: async () => load, [Symbol.dispose]: () => {} })
const LATE: Ended = { outcome: 'failed', reason: 'it took 400 ms', excess: { tookMs: 400, limitMs: 250 } }

test('a failure by time is inconclusive beside busy neighbours, and names them', async () => {
  expect(await unlessBusy(LATE, watching(BUSY), systemClock)).toEqual({
    outcome: 'inconclusive',
    reason:
      'it took 400 ms; but this machine was busy meanwhile: 2.0 runnable threads of others on 2 cores, the event loop was late by 40 ms (p99): repeat the run on a quiet machine',
  })
})

test('it fails on a quiet machine, and where the load explains no such time', async () => {
  const { excess: _, ...failed } = LATE
  expect(await unlessBusy(LATE, watching({ ...BUSY, runnable: 0, lateMs: 2 }), systemClock)).toEqual(failed)
  const far = { ...LATE, excess: { tookMs: 4_000, limitMs: 250 } }
  expect(await unlessBusy(far, watching(BUSY), systemClock)).toEqual(failed)
})

test('a failure that is no time is never excused', async () => {
  const wrong: Ended = { outcome: 'failed', reason: 'the text is another' }
  expect(await unlessBusy(wrong, watching(BUSY), systemClock)).toEqual(wrong)
})
