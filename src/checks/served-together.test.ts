import { expect, test } from 'vitest'
import { createClient, profileService, Traffic } from '../client/index.ts'
import { systemClock } from '../clock.ts'
import { startProxy } from '../run/testing/proxy.ts'
import { type SimulatorOptions, startSimulator } from '../simulator/index.ts'
import { runCheck } from './run-check.ts'
import { Session } from './session.ts'
import { DECLARED } from './testing/judge-all.ts'

/** What is said of a service that serves fewer at a time than are sent. */

type Limits = { readonly maxConcurrency?: number }

async function judged(baseUrl: string, limits: Limits = {}) {
  const address = { dialect: 'openai', baseUrl }
  await using client = await createClient(address)
  const traffic = new Traffic(systemClock, limits)
  const profile = await profileService(client)
  await using session = await Session.open({
    ...{ address, profile, traffic, boots: [], seed: 1, checkDeadlineMs: 30_000, clock: systemClock },
  })
  const promise = DECLARED.find(({ entry }) => entry.id === 'generation.serves-together')
  if (!promise) throw new Error('the promise is gone')
  const { outcome, reason } = await runCheck(promise, session)
  return [outcome, reason]
}

async function said(options: SimulatorOptions, limits?: Limits) {
  await using simulator = await startSimulator(options)
  return await judged(simulator.url, limits)
}

test('a service with a batch of its own size serves together', async () => {
  expect(await said({})).toEqual(['passed', undefined])
  expect(await said({ maxNumSeqs: 3 })).toEqual(['passed', undefined])
})

test('a small batch that is full is no lock: its own queue says so', async () => {
  expect(await said({ maxNumSeqs: 2 })).toEqual([
    'not-applicable',
    expect.stringMatching(/at most 2 at a time: .*; its own queue holds the others \(.* is [12]\)$/),
  ])
})

test('a lock that lets two through leaves nobody waiting in the engine, and is a finding', async () => {
  expect(await said({ faults: ['two-at-a-time'] })).toEqual([
    'failed',
    expect.stringMatching(/4 requests sent at once were served at most 2 at a time: they ended after/),
  ])
})

test('where one request at a time is let through on our side, nothing is said; where two are, one after the other shows', async () => {
  const few = expect.stringMatching(/^no two of 4 requests were in flight at once/)
  expect(await said({}, { maxConcurrency: 1 })).toEqual(['not-applicable', few])
  expect(await said({}, { maxConcurrency: 2 })).toEqual(['passed', undefined])
  expect(await said({ faults: ['streams-one-by-one'] }, { maxConcurrency: 2 })).toEqual([
    'failed',
    expect.stringMatching(/2 streams sent at once were served one after the other: their first deltas/),
  ])
})

test('of an engine that promises nothing of the kind, one after the other is said and is no finding', async () => {
  await using simulator = await startSimulator({ faults: ['streams-one-by-one'] })
  const list = JSON.stringify({ object: 'list', data: [{ id: 'infergate-simulated', owned_by: 'somebody' }] })
  await using front = await startProxy(simulator.url, (request, response) => {
    if (request.url === '/v1/models') response.end(list)
    else if (request.url === '/metrics') response.writeHead(404).end()
    else return false
    return true
  })
  const fact = /^an engine of this kind does not promise to serve in parallel: 4 streams/
  expect(await judged(front.url)).toEqual(['not-applicable', expect.stringMatching(fact)])
})
