import type { RequestListener } from 'node:http'
import { expect, test } from 'vitest'
import { startOnLoopback } from '../../testing/loopback.ts'
import { systemClock } from '../clock.ts'
import type { Boot, Check } from '../records/index.ts'
import { runCheck } from './run-check.ts'
import { Session, type SessionOptions } from './session.ts'

const GOOD = JSON.stringify({
  ...{ generated_text: 'hello', tokens_generated: 2, generation_time_ms: 1 },
  ...{ constraint_satisfied: true, model_name: 'm', finish_reason: 'stop' },
})

/** Answers generations, counted from 1, as `isServed` says, and health always. */
function answeringIf(isServed: (request: number) => boolean): RequestListener {
  let requests = 0
  return (request, response) => {
    request.resume()
    if (request.method === 'GET' || isServed(++requests))
      response.writeHead(200, { 'content-type': 'application/json' }).end(GOOD)
  }
}

/** Four checks, one after the other, of which each asks once: what became of each, and how often the service was asked. */
async function checkFourTimes(
  isServed: (request: number) => boolean,
  options: Partial<SessionOptions> = {},
): Promise<readonly Check[]> {
  await using service = await startOnLoopback(answeringIf(isServed))
  await using session = await Session.open({
    address: { dialect: 'ananke', baseUrl: service.url },
    profile: { engine: 'ananke', capabilities: ['health'], missing: {} },
    ...{ boots: [], seed: 1, checkDeadlineMs: 5_000, clock: systemClock, wedgedAfterMs: 500 },
    ...options,
  })
  const checks: Check[] = []
  for (const id of ['x.a', 'x.b', 'x.c', 'x.d'])
    checks.push(
      await runCheck(
        {
          entry: { id, suite: 'x', says: 'so', required: true, tags: [] },
          definition: {
            ...{ says: 'so', deadlineMs: 300 },
            check: ({ service: asked }) => asked.answer({ prompt: 'x', maxTokens: 2 }),
          },
        },
        session,
      ),
    )
  return checks
}

test('a service that stays silent is wedged since the check that saw it first: that one fails, the rest is not run', async () => {
  const [before, since, ...rest] = await checkFourTimes((request) => request === 1)
  expect(before?.outcome).toBe('passed')
  expect(since).toMatchObject({ outcome: 'failed', cause: 'wedged since x.b' })
  expect(since?.reason).toMatch(
    /^the service is wedged since x\.b: health says HTTP 200, a generation got no answer in 0\.5 s; the last that it answered is x\.a; /,
  )
  for (const check of rest)
    expect(check).toMatchObject({ outcome: 'inconclusive', reason: 'not run: wedged since x.b' })
})

test('a check that saw silence stops nothing where the next plain request is answered, however often it happens', async () => {
  // Each silent request is followed by the look of the session.
  const checks = await checkFourTimes((request) => request % 2 === 0)
  expect(checks.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed', 'failed'])
  for (const { reason } of checks) expect(reason).not.toMatch(/wedged|not run/)
})

test('a slow service is waited for as its pace asks', async () => {
  const paced = {
    engine: 'ananke',
    capabilities: [],
    missing: {},
    pace: { networkMs: 1, answerMs: 40, tokenMs: 5, promptTokenMs: 0 },
  } as const
  const [check] = await checkFourTimes(() => false, { profile: paced })
  expect(check?.reason).toContain('got no answer in 0.8 s')
})

test('silence is no news where nothing ever generated, nor where no time is left to tell', async () => {
  const boots: Boot[] = [{ index: 0, origin: 'found', outcome: 'generating', attempts: [] }]
  const endsAtMs = systemClock.monotonicMs() + 600
  const [check] = await checkFourTimes(() => false, {
    boots,
    deadlineMs: () => endsAtMs,
    wedgedAfterMs: 5_000,
  })
  expect(check?.reason).not.toContain('wedged')
})

test('a check with cases that wedges the service says so first, whatever its cases saw', async () => {
  await using service = await startOnLoopback(answeringIf(() => false))
  await using session = await Session.open({
    address: { dialect: 'ananke', baseUrl: service.url },
    profile: { engine: 'ananke', capabilities: ['health'], missing: {} },
    ...{ boots: [], seed: 1, checkDeadlineMs: 5_000, clock: systemClock, wedgedAfterMs: 300 },
  })
  const check = await runCheck(
    {
      entry: { id: 'x.a', suite: 'x', says: 'so', required: true, tags: [] },
      definition: {
        ...{ says: 'so', deadlineMs: 300 },
        check: ({ service: asked, inCase }) =>
          inCase('long', () => asked.answer({ prompt: 'x', maxTokens: 2 })),
      },
    },
    session,
  )
  expect(check).toMatchObject({ outcome: 'failed', cause: 'wedged since x.a' })
  expect(check.reason).toMatch(/^the service is wedged since x\.a/)
  expect(check.cases?.map(({ name }) => name)).toEqual(['long', 'outside the cases'])
})
