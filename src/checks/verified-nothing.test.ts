import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { good, type PromiseDefinition, probe, verify } from '../promises/index.ts'
import type { Check } from '../records/index.ts'
import { type RunningSimulator, startSimulator } from '../simulator/index.ts'
import { runCheck } from './run-check.ts'
import { Session } from './session.ts'

let simulator: RunningSimulator
let session: Session

beforeAll(async () => {
  simulator = await startSimulator({ profile: 'instant' })
  session = await Session.open({
    address: { dialect: 'openai', baseUrl: simulator.url },
    profile: { engine: 'vllm', capabilities: [], missing: {} },
    boots: [],
    seed: 1,
    checkDeadlineMs: 5_000,
    clock: systemClock,
  })
})
afterAll(async () => {
  await session[Symbol.asyncDispose]()
  await simulator[Symbol.asyncDispose]()
})

type Definition = Omit<PromiseDefinition, 'says'>

const run = (definition: Definition): Promise<Check> =>
  runCheck(
    {
      entry: { id: 'x.y', suite: 'x', says: 'so', required: true, tags: [] },
      definition: { says: 'so', ...definition },
    },
    session,
  )

test('a check in which nothing could have failed is inconclusive, however many requests it sent', async () => {
  const nothing: readonly Definition['check'][] = [
    async () => {},
    ({ service }) => service.generate({ prompt: 'x', maxTokens: 2 }),
    ({ service }) => service.health(),
    // A loop over an empty list is the usual way into this.
    async ({ verify }) => {
      for (const holds of [] as boolean[]) verify(holds, 'never asked')
    },
  ]
  for (const check of nothing)
    expect(await run({ check })).toMatchObject({
      outcome: 'inconclusive',
      reason: expect.stringContaining('verified nothing'),
    })
})

test.each<[string, Definition['check']]>([
  ['verify', async ({ verify }) => verify(true, 'it holds')],
  ['the imported verify', async () => verify(true, 'it holds')],
  ['sampled', async ({ sampled }) => sampled(3)],
  ['answer', ({ service }) => service.answer({ prompt: 'x', maxTokens: 2 })],
  ['probe', ({ service }) => probe(service)],
  ['good', async ({ service }) => good(await service.generate({ prompt: 'x', maxTokens: 2 }))],
])('a check that calls %s has verified something', async (_, check) => {
  expect(await run({ check })).toMatchObject({ outcome: 'passed' })
})

test('a check that verified something does not speak for the one beside it', async () => {
  const { promise: both, resolve } = Promise.withResolvers<void>()
  const [silent, verified] = await Promise.all([
    run({ check: () => both }),
    run({
      async check({ verify }) {
        verify(true, 'it holds')
        resolve()
      },
    }),
  ])
  expect([silent.outcome, verified.outcome]).toEqual(['inconclusive', 'passed'])
})

test('a check whose cases all say why they do not concern the service does not concern it, though it verified nothing', async () => {
  const check: Definition['check'] = async ({ inCase, notApplicable }) => {
    await inCase('seeds', () => notApplicable('seeds are refused'))
  }
  expect(await run({ check })).toMatchObject({
    outcome: 'not-applicable',
    reason: 'seeds: seeds are refused',
  })
})
