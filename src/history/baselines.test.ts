import { describe, expect, test } from 'vitest'
import type { History } from './index.ts'
import { BACKENDS } from './testing/backends.ts'
import { emptyFolder } from './testing/folder.ts'
import { keepNight, run, verdict } from './testing/runs.ts'

const SAID = { reason: 'release 7', by: 'ops', at: '2026-03-01T00:00:00.000Z' }
const promote = (history: History, runId: string, expected?: string) =>
  history.baseline.promote({ ...SAID, runId, expected })

describe.each(BACKENDS)('$name', (backend) => {
  test('a promoted run is the baseline of its target, with the figures of its starts and the reason', async () => {
    await using history = await backend.open(emptyFolder())
    expect(await history.baseline.current('staging')).toBeUndefined()
    await promote(history, await keepNight(history, 1))
    expect(await history.baseline.current('staging')).toMatchObject({
      promotion: { target: 'staging', runId: 'night-001', ...SAID },
      run: { runId: 'night-001', starts: [{ values: { e2eMsP50: 90 } }, {}, {}] },
    })
    expect(await history.baseline.current('production')).toBeUndefined()
  })

  test('each promotion is logged, in the order of writing, also where the clock ran backwards', async () => {
    await using history = await backend.open(emptyFolder())
    for (const night of [1, 2]) await keepNight(history, night)
    await promote(history, 'night-001')
    await history.baseline.promote({
      ...{ runId: 'night-002', expected: 'night-001', reason: 'faster', by: 'ops' },
      at: '2020-01-01T00:00:00.000Z',
    })
    const log = await history.baseline.list('staging')
    expect(log).toMatchObject([{ runId: 'night-001' }, { runId: 'night-002', replaces: 'night-001' }])
    expect(await history.baseline.list()).toEqual(log)
    expect((await history.baseline.current('staging'))?.run.runId).toBe('night-002')
  })

  test('of two who promote over the same baseline one is refused and told so', async () => {
    const folder = emptyFolder()
    await using one = await backend.open(folder)
    await using other = await backend.open(folder)
    for (const night of [1, 2, 3]) await keepNight(one, night)
    await promote(one, 'night-001')
    const both = await Promise.allSettled([
      promote(one, 'night-002', 'night-001'),
      promote(other, 'night-003', 'night-001'),
    ])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const refused = both.find(({ status }) => status === 'rejected') as PromiseRejectedResult
    expect(refused.reason).toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/is night-00[23] by now, not night-001: somebody else promoted/),
    })
    expect((await one.baseline.list()).length).toBe(2)
  })

  test.each([
    [/its verdict is FAIL/, { changes: { verdict: 'FAIL' } }],
    [/its verdict is INCONCLUSIVE/, { changes: { verdict: 'INCONCLUSIVE' } }],
    [/it is invalid, and only a complete run/, { changes: { state: 'invalid' } }],
    [/it is interrupted/, { changes: { state: 'interrupted' } }],
    [/a benchmark checks no promise/, { command: 'bench' }],
    [/a watch checks no promise/, { command: 'watch' }],
    [/it kept no figures of its starts/, { starts: [] }],
  ] as const)(
    'only a complete, valid run that passed and measured its starts can be one (%s)',
    async (why, how) => {
      await using history = await backend.open(emptyFolder())
      const runId = await keepNight(history, 1, how)
      await expect(promote(history, runId)).rejects.toMatchObject({
        ...{ code: 'usage', message: expect.stringMatching(why) },
      })
      expect(await history.baseline.list()).toEqual([])
    },
  )

  test('a run that is not there cannot be one', async () => {
    await using history = await backend.open(emptyFolder())
    await expect(promote(history, 'gone')).rejects.toThrow(/There is no run gone in the history/)
  })

  test('the drift of a target is seen on its complete PASSes, newest first', async () => {
    await using history = await backend.open(emptyFolder())
    for (const night of [1, 2, 3]) await keepNight(history, night)
    await keepNight(history, 4, { changes: { verdict: 'FAIL' } })
    await keepNight(history, 5, { command: 'bench' })
    await keepNight(history, 6, { target: 'production' })
    await keepNight(history, 7, { command: 'watch' })
    const ids = (await history.acceptedRuns('staging', 2)).map(({ runId }) => runId)
    // A benchmark checks no promise, and drifts as any other run; a watch began with no start.
    expect(ids).toEqual(['night-005', 'night-003'])
  })

  test('what is expected of a target is what its baseline had; without one, what its last complete PASS had', async () => {
    await using history = await backend.open(emptyFolder())
    const keep = (day: number, chat: boolean) =>
      history.record(
        {
          ...run,
          fingerprint: { ...(run.fingerprint as object), targetName: 'staging' } as never,
          profile: { engine: 'vllm', capabilities: chat ? ['chat'] : ['metrics'], missing: {} },
        },
        { ...verdict, runId: `run-${day}`, startedAt: `2026-01-0${day}T00:00:00.000Z` },
        { starts: [{ boot: 0, values: { e2eMsP50: 1 }, requests: 1, failed: 0 }] },
      )
    await keep(1, true)
    await keep(2, false)
    const target = { name: 'staging', dialect: 'openai' }
    expect(await history.lastAccepted(target)).toMatchObject({ runId: 'run-2', capabilities: ['metrics'] })
    await promote(history, 'run-1')
    expect(await history.lastAccepted(target)).toMatchObject({ runId: 'run-1', capabilities: ['chat'] })
    // The name speaks another wire by now.
    expect(await history.lastAccepted({ ...target, dialect: 'ananke' })).toBeUndefined()
  })
})
