import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LevelPlan, type LoadSpec, planLoad } from '../benchmark/index.ts'
import type { Run, RunEvent, TargetSpec } from '../records/index.ts'
import { type RunningSimulator, startSimulator } from '../simulator/index.ts'
import { fold } from './fold.ts'
import { run } from './run.ts'
import { planFor } from './testing/plan-for.ts'
import { startProxy } from './testing/proxy.ts'
import type { World } from './world.ts'

let simulator: RunningSimulator
beforeAll(async () => {
  simulator = await startSimulator({ profile: 'instant' })
})
afterAll(() => simulator[Symbol.asyncDispose]())

async function bench(levels: LevelPlan, limits = {}, baseUrl = simulator.url): Promise<Run> {
  const events: RunEvent[] = []
  const world: World = {
    journal: { append: (event) => void events.push(event), sync() {} },
    progress: { phase() {}, step() {}, began() {}, saw() {}, status() {}, note() {}, warn() {} },
    signal: new AbortController().signal,
    ...{ begun() {}, publish() {}, record() {} },
  }
  const spec: TargetSpec = { kind: 'url', dialect: 'openai', baseUrl, readyTimeoutMs: 10_000 }
  const plan = await planFor(spec, { command: 'bench' })
  const load: LoadSpec = {
    stated: { arrivals: { shape: 'concurrency', concurrency: 1 }, durationMs: 150 },
    workloads: [
      {
        source: { kind: 'synthetic', input: { kind: 'fixed', low: 64, high: 64 } },
        output: { kind: 'fixed', low: 2, high: 2 },
      },
    ],
    levels,
  }
  const policy = { ...plan.start.policy, limits }
  await run({ ...plan, start: { ...plan.start, policy }, load: await planLoad(load, 1) }, world)
  return fold(events)
}

const IN_FLIGHT = { of: 'concurrency' } as const

test('the steps of a sweep are loads of their own out of one sequence of requests: no prompt is sent twice', async () => {
  const prompts: string[] = []
  await using proxy = await startProxy(simulator.url, (_, __, body) => {
    if (/"max_tokens":2\b/.test(body)) prompts.push(body)
    return false
  })
  const { loads, search, samples } = await bench(
    { ...IN_FLIGHT, kind: 'sweep', levels: [1, 2] },
    {},
    proxy.url,
  )
  expect(search?.steps.map(({ scenario }) => scenario)).toEqual(loads?.map(({ scenario }) => scenario))
  expect(search?.steps[0]).toMatchObject({ scenario: 'step-1', level: 1 })
  expect(loads?.map(({ maxInFlight }) => maxInFlight)).toEqual(search?.steps.map(({ level }) => level))
  const steady = samples.filter(({ warmth }) => warmth === 'steady')
  expect(prompts.length).toBeGreaterThanOrEqual(steady.length)
  expect(new Set(prompts).size).toBe(prompts.length)
})

test('a service that answers no load at all fails the search, with the error that it gave', async () => {
  await using proxy = await startProxy(simulator.url, (_, response, body) => {
    const isOfLoad = /"max_tokens":2\b/.test(body)
    if (isOfLoad)
      response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":{"message":"boom"}}')
    return isOfLoad
  })
  const range = { isWhole: true, start: 1, least: 1, most: 4, resolution: 0.05, maxSteps: 9 }
  const { search, decision } = await bench({ ...IN_FLIGHT, kind: 'search', ...range }, {}, proxy.url)
  expect(search).toMatchObject({
    end: { by: 'never-held' },
    broken: { level: 1, limit: 'errors', agreed: 2 },
  })
  expect(decision?.verdict).toBe('FAIL')
  expect(decision?.reasons.join(' ')).toMatch(
    /it does not even hold at 1 request in flight: .* failed, first with http-status/,
  )
})
