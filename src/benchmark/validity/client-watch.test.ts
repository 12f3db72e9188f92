import { expect, test } from 'vitest'
import { systemClock } from '../../clock.ts'
import type { Sample } from '../../records/index.ts'
import { ClientWatch } from './client-watch.ts'

const now = (): number => systemClock.monotonicMs()

function block(ms: number): void {
  const endMs = now() + ms
  while (now() < endMs);
}

const sampleFrom = (sentAtMs: number, more: Partial<Sample> = {}): Sample => ({
  ...{ scenario: 'load', warmth: 'steady', boot: 0, index: 0, outcome: 'completed' },
  ...{ sentAtMs, e2eMs: now() - sentAtMs, ...more },
})

test('work that keeps the loop is seen as such, and spoils the sample that was in flight', async () => {
  using watch = new ClientWatch({ runStartMs: 0 })
  const sentAtMs = now()
  await systemClock.sleep(20)
  block(150)
  const spoiled = await watch.marked(sampleFrom(sentAtMs))
  expect(spoiled.spoiledBy).toContain('late-loop')
  for (let i = 0; i < 5; i++) await systemClock.sleep(12)
  const { loopDelayMs, loopDelayMsMax, late, loopUtilization, pauses, ...figures } = watch.read()
  expect(loopDelayMs?.p99).toBeGreaterThan(100)
  expect(loopDelayMsMax).toBeGreaterThan(120)
  expect(late.ranMs + late.waitedMs).toBeGreaterThan(100)
  expect(loopUtilization).toBeGreaterThan(0.3)
  expect(pauses).toEqual([])
  expect(figures.spoiled).toBe(1)
})

test('a request that went out late is spoiled, one that waited for a place is not', async () => {
  using watch = new ClientWatch({ runStartMs: 0 })
  const late = { sendLagMs: 30, e2eMs: 1 }
  const [sent, held] = [
    await watch.marked(sampleFrom(now(), late)),
    await watch.marked(sampleFrom(now(), { ...late, heldBack: true })),
  ]
  expect(sent.spoiledBy).toContain('sent-late')
  expect(held.spoiledBy ?? []).not.toContain('sent-late')
  await watch.marked(sampleFrom(now(), { sendLagMs: 0.1, e2eMs: 1 }))
  expect(watch.read().sendLagMs).toMatchObject({ n: 2 })
})

test('only what was due in the time that counts is judged', async () => {
  using watch = new ClientWatch({ runStartMs: 0 })
  const startMs = now()
  for (const [ms, sendLagMs] of [
    [0, 50],
    [0, 50],
    [1_000, 0.1],
    [1_001, 0.2],
  ] as const)
    await watch.marked(sampleFrom(startMs + ms, { sendLagMs, e2eMs: 1 }))
  const within = { fromMs: startMs + 900, toMs: startMs + 2_000 }
  expect(watch.read(within).sendLagMs).toMatchObject({ n: 2, low: 0.1 })
})

test('a request that was due in the time that counts is judged, however late it was sent', async () => {
  using watch = new ClientWatch({ runStartMs: 0 })
  const startMs = now()
  for (const lagMs of [3_000, 2_900, 2_800])
    await watch.marked(sampleFrom(startMs + 5_000, { sendLagMs: lagMs, e2eMs: 1 }))
  const within = { fromMs: startMs + 1_000, toMs: startMs + 2_150 }
  expect(watch.read(within).sendLagMs).toMatchObject({ n: 2, p50: 2_950 })
})
