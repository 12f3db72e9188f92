import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { StatedLoad } from '../../records/index.ts'
import { describeLoad } from './describe-load.ts'
import { dueTimesHash } from './due-times.ts'
import { scheduleOf } from './schedule.ts'

const spacing = { kind: 'constant' } as const

test('an open loop has its due times and their hash, ended by what is reached first', async () => {
  const load: StatedLoad = { arrivals: { shape: 'rate', rate: 4, spacing }, durationMs: 1000 }
  const dueMs = Float64Array.of(0, 250, 500, 750)
  expect(await scheduleOf(load, 1)).toEqual({ dueMs, sha256: dueTimesHash(dueMs) })
  expect((await scheduleOf({ ...load, maxRequests: 2 }, 1))?.dueMs).toEqual(dueMs.slice(0, 2))
  expect((await scheduleOf({ ...load, maxRequests: 9 }, 1))?.dueMs).toEqual(dueMs)
})

test('a trace has the lengths of its entries as well', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'infergate-schedule-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'trace.jsonl')
  const line = (timestamp: number) => `{"timestamp":${timestamp},"input_length":8,"output_length":4}\n`
  writeFileSync(file, [100, 300, 900].map(line).join(''))
  const schedule = await scheduleOf({ arrivals: { shape: 'trace', file, speed: 2 }, durationMs: 400 }, 1)
  expect(schedule).toEqual({
    dueMs: [0, 100],
    sha256: dueTimesHash([0, 100]),
    entries: [0, 100].map((dueMs) => ({ dueMs, inputTokens: 8, outputTokens: 4 })),
  })
})

test('a closed loop has no schedule', async () => {
  expect(await scheduleOf({ arrivals: { shape: 'concurrency', concurrency: 8 } }, 1)).toBeUndefined()
  expect(await scheduleOf({ arrivals: { shape: 'ladder', rungs: [] } }, 1)).toBeUndefined()
})

test.each<[StatedLoad, string]>([
  [
    { arrivals: { shape: 'rate', rate: 20, spacing }, durationMs: 30_000, maxRequests: 100, maxInFlight: 8 },
    '20 requests/s (constant) for 30 s, at most 100 requests in all, at most 8 in flight',
  ],
  [
    {
      arrivals: {
        shape: 'stages',
        stages: [
          { from: 5, to: 5, durationMs: 30_000 },
          { from: 5, to: 20, durationMs: 500 },
        ],
        spacing: { kind: 'gamma', burstiness: 0.5 },
      },
    },
    '5 requests/s for 30 s, then 5 to 20 requests/s for 0.5 s (gamma, burstiness 0.5)',
  ],
  [
    { arrivals: { shape: 'concurrency', concurrency: 8 }, maxRequests: 100 },
    '8 requests in flight, at most 100 requests in all',
  ],
  [
    {
      arrivals: {
        shape: 'ladder',
        rungs: [1, 2].map((concurrency) => ({ concurrency, durationMs: 10_000 })),
      },
    },
    '1 request in flight for 10 s, then 2 requests in flight for 10 s',
  ],
  [{ arrivals: { shape: 'trace', file: 'a.csv' } }, 'the trace a.csv'],
  [
    { arrivals: { shape: 'trace', file: 'a.csv', fromMs: 600_000, speed: 2 }, durationMs: 60_000 },
    'the trace a.csv from 600 s on at 2 times its speed for 60 s',
  ],
])('a load is said in one phrase', (load, says) => {
  expect(describeLoad(load)).toBe(says)
})
