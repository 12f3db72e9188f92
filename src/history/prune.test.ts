import { describe, expect, test } from 'vitest'
import { BACKENDS } from './testing/backends.ts'
import { emptyFolder } from './testing/folder.ts'
import { keepNight } from './testing/runs.ts'

const SAID = { reason: 'release 7', by: 'ops', at: '2026-03-01T00:00:00.000Z' }

describe.each(BACKENDS)('$name', (backend) => {
  test('old runs go; the baseline, what begins an accepted trend, what is accepted and the newest stay, each with its reason', async () => {
    await using history = await backend.open(emptyFolder())
    for (const night of [1, 2, 3, 4, 6]) await keepNight(history, night)
    await keepNight(history, 5, { changes: { verdict: 'FAIL' } })
    await keepNight(history, 7, { changes: { verdict: 'FAIL' } })
    await history.baseline.promote({ ...SAID, runId: 'night-002', expected: undefined })
    const [series] = await history.series()
    if (!series) throw new Error('no series')
    await history.acceptTrend([{ ...SAID, series, runId: 'night-004' }])
    const would = await history.prunable({ before: '2026-02-01T00:00:00.000Z' })
    expect(would.removed.map(({ runId }) => runId)).toEqual(['night-001', 'night-003', 'night-005'])
    expect(would.kept.map(({ runId, because }) => `${runId} ${because}`)).toEqual([
      'night-002 it is the baseline of its target',
      'night-004 an accepted trend begins with it',
      'night-006 it is the last accepted run of its target',
      'night-007 it is the newest run of its target',
    ])
    expect((await history.runs({ limit: 9 })).length).toBe(7)
    expect(await history.prune({ before: '2026-02-01T00:00:00.000Z' })).toEqual(would)
    expect((await history.runs({ limit: 9 })).map(({ runId }) => runId)).toEqual([
      ...['night-007', 'night-006', 'night-004', 'night-002'],
    ])
    expect((await history.nights(series)).length).toBe(4)
  })

  test('what is younger stays, and a target that is gone leaves no series', async () => {
    await using history = await backend.open(emptyFolder())
    await keepNight(history, 1, { target: 'retired', changes: { verdict: 'FAIL' } })
    await keepNight(history, 2, { target: 'retired', changes: { verdict: 'FAIL' } })
    expect((await history.prune({ before: '2026-01-02T00:00:00.000Z' })).removed.length).toBe(1)
    expect((await history.nights((await history.series())[0] as never)).length).toBe(1)
    expect(await history.prunable({ before: '2026-01-02T00:00:00.000Z' })).toEqual({ removed: [], kept: [] })
  })

  test('a run that is named goes, also the newest (a wrong clock made it so), but no baseline', async () => {
    await using history = await backend.open(emptyFolder())
    for (const night of [1, 400_000]) await keepNight(history, night)
    await history.baseline.promote({ ...SAID, runId: 'night-001', expected: undefined })
    expect((await history.prune({ runId: 'night-400000' })).removed.length).toBe(1)
    expect(await history.prune({ runId: 'night-001' })).toMatchObject({
      ...{ removed: [], kept: [{ because: 'it is the baseline of its target' }] },
    })
    expect((await history.runs({ limit: 9 })).map(({ runId }) => runId)).toEqual(['night-001'])
  })
})
