import { expect, test } from 'vitest'
import { createClient, profileService } from '../client/index.ts'
import { systemClock } from '../clock.ts'
import { refusalFaults } from '../simulator/faults/refusals.ts'
import { startSimulator } from '../simulator/index.ts'
import { runCheck } from './run-check.ts'
import { Session } from './session.ts'
import { DECLARED } from './testing/judge-all.ts'

const ROWS = refusalFaults.flatMap(({ id, caughtBy }) =>
  Object.entries(caughtBy).map(([promise, reason]) => [id, promise, reason] as const),
)

const KEY = 'sk-service-key-of-the-test'

test.each(ROWS)('%s breaks %s, and the reason states the cause', async (fault, id, reason) => {
  expect(await judge(id, [fault])).toMatchObject({
    outcome: 'failed',
    reason: expect.stringMatching(reason),
  })
})

test.each([...new Set(ROWS.map(([, id]) => id))])('a healthy service keeps %s', async (id) => {
  expect(await judge(id, [])).toMatchObject({ outcome: 'passed' })
})

test('the key of the service in its errors is a finding, and the reason does not show it', async () => {
  const { outcome, reason = '' } = await judge('errors.keeps-secrets', ['key-in-error'], KEY)
  expect(outcome).toBe('failed')
  expect(reason).toMatch(/the answer holds a secret of ours: .*variable INFERGATE_TEST_KEY/)
  expect(reason).not.toContain(KEY)
})

async function judge(id: string, faults: readonly string[], apiKey?: string) {
  await using simulator = await startSimulator({ profile: 'instant', faults, ...(apiKey && { apiKey }) })
  process.env['INFERGATE_TEST_KEY'] = apiKey
  const source = { env: 'INFERGATE_TEST_KEY' }
  const address = {
    ...{ dialect: 'openai', baseUrl: simulator.url },
    ...(apiKey && { secretHeaders: [{ name: 'Authorization', source, prefix: 'Bearer ' }] }),
  }
  await using client = await createClient(address)
  const profile = await profileService(client)
  await using session = await Session.open({
    ...{ address, profile, boots: [], seed: 1, checkDeadlineMs: 30_000, clock: systemClock },
  })
  const promise = DECLARED.find(({ entry }) => entry.id === id)
  if (!promise) throw new Error(`there is no promise ${id}`)
  return await runCheck(promise, session)
}
