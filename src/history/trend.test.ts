import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TargetDescription } from '../records/index.ts'
import { targetKey } from './index.ts'
import { BACKENDS } from './testing/backends.ts'
import { NO_STARTS, on, run, verdict } from './testing/runs.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'infergate-history-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe.each(BACKENDS)('$name', (backend) => {
  test('a trend lists the newest values, oldest first, also after the file was closed', async () => {
    {
      await using history = await backend.open(folder)
      for (const day of [3, 1, 2]) await history.record(run, on(day, 100 * day), NO_STARTS)
    }
    await using history = await backend.open(folder)
    const values = async (limit: number) =>
      (await history.trend({ metric: 'e2eMsP50', limit })).map(({ value }) => value)
    expect(await values(10)).toEqual([100, 200, 300])
    expect(await values(2)).toEqual([200, 300])
    expect(await history.trend({ metric: 'unheard-of', limit: 5 })).toEqual([])
  })

  test('a point says what was measured, and a bound that was not measured is absent', async () => {
    await using history = await backend.open(folder)
    await history.record(run, on(1, 100, { low: 90, high: 120 }), NO_STARTS)
    await history.record(run, on(2, 110), NO_STARTS)
    expect(await history.trend({ metric: 'e2eMsP50', limit: 5 })).toEqual([
      {
        runId: 'run-1',
        startedAt: '2026-01-01T00:00:00.000Z',
        verdict: 'PASS',
        target: 'simulator/openai/sim/default',
        warmth: 'warm',
        unit: 'ms',
        value: 100,
        n: 30,
        low: 90,
        high: 120,
      },
      expect.not.objectContaining({ low: expect.anything() }),
    ])
  })

  test('the limit holds for each series: one that is measured often hides no other', async () => {
    await using history = await backend.open(folder)
    for (const day of [1, 2, 3, 4]) await history.record(run, on(day, day), NO_STARTS)
    for (const day of [5, 6]) await history.record(run, on(day, day, { warmth: 'steady' }), NO_STARTS)
    await history.record(run, on(7, 7, {}, { ...verdict.target, profile: 'a100' }), NO_STARTS)
    const values = async (limit: number) =>
      (await history.trend({ metric: 'e2eMsP50', limit })).map(({ value }) => value)
    expect(await values(1)).toEqual([4, 6, 7])
    expect(await values(2)).toEqual([3, 4, 5, 6, 7])
  })

  test('a trend can be of one warmth and of one target', async () => {
    const other: TargetDescription = {
      kind: 'url',
      dialect: 'openai',
      model: 'tiny',
      url: 'http://127.0.0.1:8000',
    }
    await using history = await backend.open(folder)
    await history.record(run, on(1, 1), NO_STARTS)
    await history.record(run, on(2, 2, { warmth: 'steady' }), NO_STARTS)
    await history.record(run, on(3, 3, {}, other), NO_STARTS)
    const values = async (query: object) =>
      (await history.trend({ metric: 'e2eMsP50', limit: 9, ...query })).map(({ value }) => value)
    expect(await values({ warmth: 'warm' })).toEqual([1, 3])
    for (const target of ['url', 'tiny', 'http://127.0.0.1:8000', 'url/openai/tiny/http://127.0.0.1:8000'])
      expect(await values({ target })).toEqual([3])
    expect(await values({ target: 'simulator', warmth: 'steady' })).toEqual([2])
    expect(await history.metrics()).toEqual([
      { name: 'e2eMsP50', warmth: 'steady', unit: 'ms', runs: 1 },
      { name: 'e2eMsP50', warmth: 'warm', unit: 'ms', runs: 2 },
    ])
  })

  test('a recorded run is sealed: equal content is no second run, other content is refused', async () => {
    await using history = await backend.open(folder)
    await history.record(run, verdict, NO_STARTS)
    await history.record(run, verdict, NO_STARTS)
    const other = history.record(run, { ...verdict, verdict: 'FAIL' }, NO_STARTS)
    await expect(other).rejects.toMatchObject({
      code: 'store-unusable',
      message: expect.stringMatching(
        /keeps the run .* with other content, and a recorded run is never changed/,
      ),
    })
    const metrics = await history.metrics()
    expect(metrics.length).toBe(verdict.measurements.length)
    expect(metrics.every(({ runs }) => runs === 1)).toBe(true)
    expect(await history.run(verdict.runId)).toMatchObject({ verdict: 'PASS' })
  })

  test('a fault of the simulator makes another series, a port does not', async () => {
    const { target } = verdict
    expect(targetKey({ ...target, faults: ['usage-zero'] })).not.toBe(targetKey(target))
    expect(targetKey({ ...target, url: 'http://127.0.0.1:4711' })).toBe(targetKey(target))
  })

  test('a measurement that is no number is a bug of ours and keeps nothing', async () => {
    await using history = await backend.open(folder)
    await expect(history.record(run, on(1, Number.NaN), NO_STARTS)).rejects.toThrow('no finite number')
    expect(await history.metrics()).toEqual([])
  })
})
