import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Expects, Run, TargetSpec, Verdict } from '../records/index.ts'
import { type RunningSimulator, startSimulator } from '../simulator/index.ts'
import { run } from './run.ts'
import { planFor } from './testing/plan-for.ts'
import { startLossyProxy } from './testing/proxy.ts'
import { quietWorld } from './testing/quiet-world.ts'

const CHAT = '/v1/chat/completions'
const COMPLETIONS = '/v1/completions'

let simulator: RunningSimulator
beforeAll(async () => {
  simulator = await startSimulator({ profile: 'instant' })
})
afterAll(() => simulator[Symbol.asyncDispose]())

/** The verdict over a proxy that has lost these routes. */
async function verdictWithout(
  lost: Parameters<typeof startLossyProxy>[1],
  expects?: Expects,
): Promise<Verdict> {
  await using proxy = await startLossyProxy(simulator.url, lost)
  const target: TargetSpec = {
    ...{ kind: 'url', dialect: 'openai', baseUrl: proxy.url, readyTimeoutMs: 10_000 },
    ...(expects && { expects }),
  }
  return await run(await planFor(target), quietWorld())
}

test.each([[404], [405], [501], ['closes']] as const)(
  'a chat route that is lost (%s) is one finding, which names the route and what it answered',
  async (how) => {
    const { verdict, reasons } = await verdictWithout({ [CHAT]: how })
    expect(verdict).toBe('FAIL')
    const answered = how === 'closes' ? 'POST /v1/chat/completions gives no answer (reset' : `is HTTP ${how}`
    expect(reasons).toEqual([expect.stringContaining(answered)])
    expect(reasons[0]).toContain(
      'expected-routes failed: the chat route is missing: POST /v1/chat/completions',
    )
  },
)

test('a service with both routes passes, and so does one without completions', async () => {
  for (const lost of [{}, { [COMPLETIONS]: 404 }]) {
    const { verdict, comparisons } = await verdictWithout(lost)
    expect(verdict).toBe('PASS')
    expect(comparisons).toMatchObject([{ id: 'expected-routes', outcome: 'passed' }])
  }
})

test('a service that serves completions alone says so and passes; one that loses them fails', async () => {
  const expects: Expects = { routes: ['completions'] }
  expect((await verdictWithout({ [CHAT]: 404 }, expects)).verdict).toBe('PASS')
  const { verdict, reasons } = await verdictWithout({ [COMPLETIONS]: 404 }, expects)
  expect([verdict, reasons.length]).toEqual(['FAIL', 1])
  expect(reasons[0]).toContain('the completions route is missing: POST /v1/completions is HTTP 404')
})

test('capabilities that are expected and missing are one finding with the reason of each', async () => {
  const lost = { '/metrics': 404, '/health': 404 }
  const { verdict, reasons } = await verdictWithout(lost, { capabilities: ['stream', 'metrics', 'health'] })
  expect([verdict, reasons.length]).toEqual(['FAIL', 1])
  expect(reasons[0]).toContain('metrics (GET /metrics is HTTP 404), health (GET /health is HTTP 404')
  expect((await verdictWithout({}, { capabilities: ['stream', 'metrics'] })).verdict).toBe('PASS')
})

test('a target whose own URLs leave chat out is not expected to have it', async () => {
  const urls = Object.fromEntries(
    Object.entries({ health: '/health', generate: COMPLETIONS, models: '/v1/models' }).map(([name, path]) => [
      name,
      `${simulator.url}${path}`,
    ]),
  )
  const target: TargetSpec = { kind: 'url', dialect: 'openai', urls, readyTimeoutMs: 10_000 }
  expect((await planFor(target)).start.expects).toBeUndefined()
})

test('what was expected stands at the beginning of the run and is decided from there', async () => {
  const ended: Run[] = []
  await using proxy = await startLossyProxy(simulator.url, { [CHAT]: 404 })
  const target: TargetSpec = { kind: 'url', dialect: 'openai', baseUrl: proxy.url, readyTimeoutMs: 10_000 }
  await run(await planFor(target), { ...quietWorld(), record: (one) => void ended.push(one) })
  expect(ended[0]?.expects).toEqual({ routes: ['chat'] })
  expect(ended[0]?.profile?.absentRoutes).toEqual({ chat: 'POST /v1/chat/completions is HTTP 404' })
})
