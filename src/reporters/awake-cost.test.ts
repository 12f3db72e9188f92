import { expect, test } from 'vitest'
import type { PlannedSleep, WakeUp } from '../records/index.ts'
import { awakeMs, describeAwake } from './awake-cost.ts'

const scaleToZero: PlannedSleep = {
  ...{ windowMs: 300_000, marginMs: 30_000, wakeMs: 600_000, edge: 'holds', coldStarts: 2 },
}
const wakeUp = (sentAtMs: number, endedAtMs: number): WakeUp => ({
  ...{ index: 1, idleMs: 330_000, sentAtMs, endedAtMs, refusals: 0, hopAtMs: [], next: [] },
  ...{ first: { outcome: 'completed', e2eMs: 1 }, phases: {}, unmeasured: {}, process: {} },
  coldness: { is: 'cold', because: '' },
})
const price = { gpuSecond: 0.001, currency: 'USD', gpus: 2, replicas: 1 }

test('a run is awake from its first request to its last, and for a window after each stretch of requests', () => {
  expect(awakeMs({ scaleToZero, durationMs: 60_000 })).toBe(60_000 + 300_000)
  const wakeUps = [wakeUp(400_000, 420_000), wakeUp(750_000, 760_000)]
  expect(awakeMs({ scaleToZero, wakeUps, durationMs: 999_999 })).toBe(70_000 + 20_000 + 10_000 + 3 * 300_000)
})

test('its cost is that of each GPU in it, with what it assumes; without a price it is not computed', () => {
  expect(describeAwake({ scaleToZero: { ...scaleToZero, price }, durationMs: 60_000 })).toMatch(
    /^about 0.72 USD \(720 GPU seconds at 0.001\): .*one replica of 2 GPUs.*nobody else keeps it awake/,
  )
  expect(describeAwake({ scaleToZero, durationMs: 60_000 })).toMatch(/^not computed, because no price/)
  expect(describeAwake({ durationMs: 60_000 })).toBeUndefined()
})
