import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadClosedList } from '../checks/index.ts'
import type { TargetSpec } from '../records/index.ts'
import { type CheckCost, checkBudgets, estimateCost } from './cost.ts'
import { planFor } from './testing/plan-for.ts'

const target: TargetSpec = {
  ...{ kind: 'simulator', dialect: 'openai', profile: 'instant', faults: [], seed: 1, readyTimeoutMs: 1 },
}
const found = { kind: 'url', dialect: 'openai', baseUrl: 'http://127.0.0.1:9', readyTimeoutMs: 1 } as const
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
    estimateCost(await planFor(target, { command }), { costs: [] })
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
  expect(estimateCost(check, { costs: known })).toMatchObject({
    ...{ requests: looks + 12, promptTokens: 20, outputTokens: 40, starts: 1, checks: check.asked.length },
    // What runs alone takes its own time, what runs beside five others, as on the simulator, a sixth of it.
    minutes: expect.closeTo(1 + 1 / 6),
    unmeasured: expect.not.arrayContaining([alone, beside]),
  })
  // Three warm answers and one to warm up, of sixteen tokens.
  expect(await estimate('gate')).toMatchObject({ requests: looks + 4, outputTokens: 64 })
  expect(await estimate('bench')).toMatchObject({ requests: looks + 4, checks: 0, risky: [] })
})

test('a run of a slow service costs what its pace makes of it, and one within a rate what that allows', async () => {
  const plan = await planFor(found, { command: 'check' })
  const cost = { promptTokens: 100, outputTokens: 200, seconds: 1 }
  const costs = plan.asked.map(({ entry }) => ({ id: entry.id, requests: 10, ...cost }))
  const pace = { networkMs: 1, answerMs: 3_000, tokenMs: 500, promptTokenMs: 10 }
  const [quick, slow] = [estimateCost(plan, { costs }), estimateCost(plan, { costs, pace })]
  expect(slow.minutes / quick.minutes).toBeCloseTo((10 * 3 + 200 * 0.5 + 1) / (10 * 0.1 + 200 * 0.01))
  const limited = { ...plan, spec: { ...found, requestsPerMinute: 10 } }
  expect(estimateCost(limited, { costs }).minutes).toBeCloseTo(quick.requests / 10)
})

test('a check has more time where the service is slow, and one that nobody measured has some', () => {
  const known = { id: 'a.b', requests: 100, promptTokens: 0, outputTokens: 0, seconds: 9 }
  const budgetMs = checkBudgets({ networkMs: 1, answerMs: 1_000, tokenMs: 0, promptTokenMs: 0 }, [known])
  expect(budgetMs('a.b')).toBeGreaterThanOrEqual(300_000)
  expect(budgetMs('mine.own')).toBeGreaterThanOrEqual(30_000)
})

test('a found service is not started', async () => {
  expect(estimateCost(await planFor(found, { command: 'gate' })).starts).toBe(0)
})

test('pairs cost two starts each and one of the baseline before them, beside the rest; a service that runs is not started', async () => {
  const alone = estimateCost(await planFor(target, { command: 'gate' }))
  const beside = async (against: TargetSpec) =>
    estimateCost(await planFor(target, { command: 'gate', against, pairs: 4 }))
  const { pairs, ...rest } = await beside(target)
  expect(rest).toEqual(alone)
  // Three warm answers and one to warm up, of sixteen tokens each.
  expect(pairs).toMatchObject({ most: 4, starts: 9, requests: 36, outputTokens: 576 })
  expect((await beside(found)).pairs).toMatchObject({ starts: 4, requests: 36 })
})
