import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadClosedList } from '../checks/index.ts'
import type { TargetSpec } from '../records/index.ts'
import { type CheckCost, estimateCost } from './cost.ts'
import { planFor } from './testing/plan-for.ts'

const target: TargetSpec = {
  ...{ kind: 'simulator', dialect: 'openai', profile: 'instant', faults: [], seed: 1, readyTimeoutMs: 1 },
}
const costs: readonly CheckCost[] = JSON.parse(
  readFileSync(new URL('../../fixtures/costs.json', import.meta.url), 'utf8'),
)

test('every built-in promise was measured, once', () => {
  expect(costs.map(({ id }) => id)).toEqual(loadClosedList().map(({ id }) => id))
  for (const { id, requests, promptTokens, outputTokens, seconds } of costs)
    expect(
      [requests, promptTokens, outputTokens, seconds].every((n) => n >= 0),
      id,
    ).toBe(true)
  expect(costs.filter(({ requests }) => requests > 0).length).toBeGreaterThan(80)
})

test('a check costs its checks, a gate its warm answers as well, a benchmark these alone', async () => {
  const estimate = async (command: 'gate' | 'check' | 'bench') =>
    estimateCost(await planFor(target, { command }), [])
  const cost = { promptTokens: 10, outputTokens: 20, seconds: 60 }
  const check = await planFor(target, { command: 'check' })
  const [alone, beside] = [
    check.asked.find(({ definition }) => definition.alone)?.entry.id ?? '',
    check.asked.find(({ definition }) => !definition.alone)?.entry.id ?? '',
  ]
  const known = [
    { id: alone, requests: 5, ...cost },
    { id: beside, requests: 7, ...cost },
  ]
  const looks = (await estimate('check')).requests
  expect(estimateCost({ ...check, maxSeconds: 600 }, known)).toMatchObject({
    ...{ requests: looks + 12, promptTokens: 20, outputTokens: 40, starts: 1, checks: check.asked.length },
    // What runs alone takes its own time, what runs beside three others a quarter of it.
    minutes: expect.closeTo(1.25),
    unmeasured: expect.not.arrayContaining([alone, beside]),
  })
  // Three warm answers and one to warm up, of sixteen tokens.
  expect(await estimate('gate')).toMatchObject({ requests: looks + 4, outputTokens: 64 })
  expect(await estimate('bench')).toMatchObject({ requests: looks + 4, checks: 0, risky: [] })
})

test('no run takes longer than its time budget, and a found service is not started', async () => {
  const found = { kind: 'url', dialect: 'openai', baseUrl: 'http://127.0.0.1:9', readyTimeoutMs: 1 } as const
  const plan = { ...(await planFor(found, { command: 'gate' })), maxSeconds: 0.6 }
  expect(estimateCost(plan)).toMatchObject({ minutes: 0.01, starts: 0 })
})
