import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient, profileService } from '../client/index.ts'
import { systemClock } from '../clock.ts'
import type { DeclaredPromise, PromiseDefinition } from '../promises/index.ts'
import type { Boot, Check } from '../records/index.ts'
import { type RunningSimulator, startSimulator } from '../simulator/index.ts'
import { loadBuiltInSuites } from './load-suites.ts'
import { runChecks } from './run-checks.ts'
import { Session, type SessionOptions } from './session.ts'

let healthy: RunningSimulator
let broken: RunningSimulator

beforeAll(async () => {
  healthy = await startSimulator({ profile: 'instant' })
  broken = await startSimulator({ profile: 'instant', faults: ['health-green-generate-error'] })
})

afterAll(() => Promise.all([healthy, broken].map((simulator) => simulator[Symbol.asyncDispose]())))

test('two services are judged side by side in one process, each by its own answers', async () => {
  const suites = await builtIn('health', 'generation')
  const judge = async ({ url }: RunningSimulator, outcome: Boot['outcome']) => {
    await using session = await open(url, { boots: [{ index: 0, origin: 'found', outcome, attempts: [] }] })
    return await Array.fromAsync(runChecks(suites, session))
  }
  const [good, bad] = await Promise.all([judge(healthy, 'generating'), judge(broken, 'not-generating')])
  expect(good.filter(({ outcome }) => outcome === 'failed' || outcome === 'inconclusive')).toEqual([])
  expect(good.map(({ id }) => id).toSorted()).toEqual(suites.map(({ entry }) => entry.id).toSorted())
  const failed = bad.filter(({ outcome }) => outcome === 'failed')
  expect(failed.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['health.agrees-with-generation', 'generation.answers']),
  )
  const evidence = failed.find(({ id }) => id === 'generation.answers')?.evidence?.[0]
  expect(evidence?.response).toMatchObject({ status: 200, body: expect.stringContaining('"error"') })
  expect(bad.some(({ reason }) => reason === 'not run: no generation succeeded')).toBe(true)
})

test('shared checks run side by side up to the limit; one that runs alone has nobody beside it', async () => {
  let [running, most] = [0, 0]
  const seen: string[] = []
  const counting = (id: string, alone?: PromiseDefinition['alone']) =>
    declared(id, {
      ...(alone && { alone }),
      async check({ clock, verify }) {
        seen.push(id)
        most = Math.max(most, ++running)
        verify(!alone || running === 1, `${running} run beside it`)
        await clock.sleep(20)
        running -= 1
      },
    })
  const promises = [
    counting('x.hurts', 'hurts'),
    ...Array.from({ length: 8 }, (_, index) => counting(`x.shared-${index}`)),
    counting('x.times', 'times'),
  ]
  await using session = await open(healthy.url)
  const checks = await Array.fromAsync(runChecks(promises, session, { concurrency: 3 }))
  expect(checks.map(({ outcome, reason }) => [outcome, reason])).toEqual(
    checks.map(() => ['passed', undefined]),
  )
  expect(most).toBe(3)
  expect(seen.slice(-2)).toEqual(['x.times', 'x.hurts'])
})

test('each check is handed on as it ends, not when those before it have', async () => {
  const first = Promise.withResolvers<void>()
  const promises = [
    declared('x.slow', { check: () => first.promise }),
    declared('x.quick', { check: () => Promise.resolve() }),
  ]
  await using session = await open(healthy.url)
  const ended: string[] = []
  for await (const { id } of runChecks(promises, session)) {
    ended.push(id)
    first.resolve()
  }
  expect(ended).toEqual(['x.quick', 'x.slow'])
})

test.each([['before the first check'], ['after the first check'], ['while a check waits']])(
  'an end %s is the end of all, and every check that was not made says so',
  async (moment) => {
    const stop = new AbortController()
    const waits = async () => {
      stop.abort()
      await new Promise(() => {})
    }
    const waiting = moment === 'while a check waits' ? [declared('x.waits', { check: waits })] : []
    const promises = [...waiting, ...(await builtIn('health'))]
    await using session = await open(healthy.url, { signal: stop.signal })
    if (moment === 'before the first check') stop.abort()
    const checks: Check[] = []
    for await (const check of runChecks(promises, session, { concurrency: 1 })) {
      checks.push(check)
      stop.abort()
    }
    expect(checks).toHaveLength(promises.length)
    for (const { outcome, reason } of checks.slice(moment === 'after the first check' ? 1 : 0))
      expect([outcome, reason]).toEqual(['inconclusive', expect.stringContaining('the run was ended')])
  },
)

test('whoever stops listening ends the checks that run', async () => {
  let [started, sent] = [0, 0]
  const patient = (id: string) =>
    declared(id, {
      async check({ service, leftMs }) {
        started += 1
        while (leftMs() > 0) {
          await service.health()
          sent += 1
        }
      },
    })
  await using session = await open(healthy.url)
  const quick = declared('x.quick', { check: () => Promise.resolve() })
  for await (const _ of runChecks([patient('x.one'), patient('x.two'), quick, patient('x.late')], session, {
    concurrency: 3,
  }))
    break
  const after = sent
  expect(started).toBeGreaterThanOrEqual(2)
  await systemClock.sleep(50)
  expect(sent).toBe(after)
})

const declared = (id: string, definition: Omit<PromiseDefinition, 'says'>): DeclaredPromise => ({
  entry: { id, suite: 'x', says: 'so', required: true, tags: [] },
  definition: { says: 'so', ...definition },
})

async function builtIn(...suites: string[]): Promise<readonly DeclaredPromise[]> {
  return (await loadBuiltInSuites()).filter(({ entry }) => suites.includes(entry.suite))
}

async function open(url: string, options: Partial<SessionOptions> = {}): Promise<Session> {
  const address = { dialect: 'openai', baseUrl: url }
  await using client = await createClient(address)
  const profile = await profileService(client)
  const boots: Boot[] = [{ index: 0, origin: 'found', outcome: 'generating', attempts: [] }]
  const common = { address, profile, boots, seed: 1, checkDeadlineMs: 10_000, clock: systemClock }
  return Session.open({ ...common, ...options })
}
