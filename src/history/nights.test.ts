import { describe, expect, test } from 'vitest'
import type { SeriesKey } from '../records/index.ts'
import { BACKENDS } from './testing/backends.ts'
import { emptyFolder } from './testing/folder.ts'
import { keepNight, run, start, verdict } from './testing/runs.ts'

const WARM: SeriesKey = {
  ...{ targetName: 'staging', scenario: 'warm', metric: 'e2eMsP50', warmth: 'warm', hardware: 'Processor' },
}

describe.each(BACKENDS)('$name', (backend) => {
  test('a night is the median of its starts, with their spread, the reference beside it and what could change', async () => {
    await using history = await backend.open(emptyFolder())
    await keepNight(history, 1, { reference: [start(0, 50), start(1, 54)] })
    const [night] = await history.nights(WARM)
    expect(night).toEqual({
      runId: 'night-001',
      at: '2026-01-01T03:00:00.000Z',
      value: 100,
      // python3: statistics.stdev(map(math.log, (90, 100, 130)))
      spread: expect.closeTo(0.189_366_205_823_295, 12),
      starts: 3,
      reference: 52,
      verdict: 'PASS',
      state: 'complete',
      attributes: {
        ...{ model: 'sim', profile: 'default', toolVersion: '0.1.0', revision: 'r1' },
        ...{ host: 'host-a', kernel: '6.1', outputTokens: 32 },
      },
    })
  })

  test('cold and warm are two series of one run', async () => {
    await using history = await backend.open(emptyFolder())
    await keepNight(history, 1)
    expect(await history.series('staging')).toEqual([
      { ...WARM, scenario: 'cold-start', metric: 'coldStartMs', warmth: 'cold' },
      WARM,
    ])
    expect(await history.series('production')).toEqual([])
  })

  test('an upgrade begins no new series: revision, image, host, kernel, driver and tool version are beside the night', async () => {
    await using history = await backend.open(emptyFolder())
    await keepNight(history, 1)
    const upgrade = { revision: 'r2', image: 'i:2', host: 'host-b', kernel: '6.9', gpuDriver: '570' }
    await keepNight(history, 2, { fingerprint: upgrade, changes: { toolVersion: '0.2.0' } })
    expect((await history.series()).length).toBe(2)
    const [before, after] = await history.nights(WARM)
    expect(before?.attributes).toMatchObject({ revision: 'r1', host: 'host-a', toolVersion: '0.1.0' })
    expect(after?.attributes).toMatchObject({ ...upgrade, toolVersion: '0.2.0' })
  })

  test.each([
    ['another target', { target: 'production' }],
    ['another processor', { fingerprint: { cpuModel: 'Another' } }],
    ['a GPU', { fingerprint: { gpuModel: 'NVIDIA H100' } }],
    ['another machine', { fingerprint: { isElsewhere: true } }],
  ] as const)('%s is another series', async (_, how) => {
    await using history = await backend.open(emptyFolder())
    await keepNight(history, 1)
    await keepNight(history, 2, how)
    expect((await history.series()).length).toBe(4)
    expect((await history.nights(WARM)).length).toBe(1)
  })

  test('a service that only a URL names is another target at another URL', async () => {
    await using history = await backend.open(emptyFolder())
    const target = { kind: 'url', dialect: 'openai', url: 'http://127.0.0.1:1' } as const
    await keepNight(history, 1, { target: 'url', changes: { target } })
    await keepNight(history, 2, {
      target: 'url',
      changes: { target: { ...target, url: 'http://127.0.0.1:2' } },
    })
    expect((await history.series('http://127.0.0.1:1')).length).toBe(2)
    expect(await history.series('url')).toEqual([])
  })

  test('nights are in the order of their time, whatever the order of writing, and the newest may be asked for', async () => {
    await using history = await backend.open(emptyFolder())
    // The clock ran backwards between them.
    for (const night of [2, 3, 1]) await keepNight(history, night)
    const ids = async (limit?: number) =>
      (await history.nights({ ...WARM, ...(limit && { limit }) })).map(({ runId }) => runId)
    expect(await ids()).toEqual(['night-001', 'night-002', 'night-003'])
    expect(await ids(2)).toEqual(['night-002', 'night-003'])
  })

  test('a measurement of the whole run is a night too: of a load, which its words and its hash name', async () => {
    await using history = await backend.open(emptyFolder())
    const steady = { name: 'ttftMsP99', warmth: 'steady', unit: 'ms', value: 80, n: 900 } as const
    const errors = { name: 'errorRate', warmth: 'warm', unit: 'ratio', value: 0, n: 30 } as const
    await keepNight(history, 1, { changes: { measurements: [steady, errors] } })
    const keys = await history.series()
    expect(keys.map(({ metric, scenario }) => `${scenario} ${metric}`)).toEqual([
      ...['cold-start coldStartMs', 'load ttftMsP99', 'warm e2eMsP50', 'warm errorRate'],
    ])
    expect(await history.nights(keys[1] as SeriesKey)).toMatchObject([{ value: 80, starts: 3 }])
  })

  test('what a start has measured is not kept twice, as a night of starts and as one of requests', async () => {
    await using history = await backend.open(emptyFolder())
    await keepNight(history, 1, { changes: { measurements: verdict.measurements } })
    const nights = await history.nights(WARM)
    expect(nights.map(({ value }) => value)).toEqual([100])
  })

  test('a failed and an invalid night stay in the series and say so', async () => {
    await using history = await backend.open(emptyFolder())
    await keepNight(history, 1, { changes: { verdict: 'FAIL' } })
    await keepNight(history, 2, { changes: { verdict: 'INCONCLUSIVE', state: 'invalid' } })
    expect(await history.nights(WARM)).toMatchObject([
      { verdict: 'FAIL', state: 'complete' },
      { verdict: 'INCONCLUSIVE', state: 'invalid' },
    ])
  })

  test('a run of another command is no night, however much it measured', async () => {
    await using history = await backend.open(emptyFolder())
    const { startedAt } = verdict
    const fingerprint = { ...run.fingerprint, targetName: 'staging' }
    await history.record({ ...run, fingerprint } as typeof run, verdict, { starts: [start(0, 100)] })
    expect(await history.series()).toEqual([])
    expect(await history.run(verdict.runId)).toMatchObject({ startedAt, starts: [{ boot: 0 }] })
  })

  test('accepted trends are kept with their reason, in the order of writing', async () => {
    const folder = emptyFolder()
    const said = { reason: 'the new model is larger', by: 'ops' }
    const accepted = { series: WARM, runId: 'night-001', ...said, at: '2026-02-01T00:00:00.000Z' }
    // The clock ran backwards between them.
    const again = { ...accepted, at: '2026-01-01T00:00:00.000Z' }
    {
      await using history = await backend.open(folder)
      await history.acceptTrend([accepted, again])
    }
    await using history = await backend.open(folder)
    expect(await history.acceptances()).toEqual([accepted, again])
    expect(await history.acceptances('staging')).toEqual([accepted, again])
    expect(await history.acceptances('production')).toEqual([])
  })
})
