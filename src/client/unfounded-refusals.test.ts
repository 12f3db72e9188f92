import { expect, test } from 'vitest'
import { type Clock, systemClock } from '../clock.ts'
import type { Generation } from '../records/index.ts'
import { startSimulator } from '../simulator/index.ts'
import { createClient } from './http-client.ts'
import { Traffic } from './traffic.ts'
import { UnfoundedRefusals } from './unfounded-refusals.ts'

const LONE = { isRefused: false, isLone: true }
const LONE_REFUSED = { isRefused: true, isLone: true }
const BESIDE = { isRefused: true, isLone: false }

test('a service that refuses every other lone request and lets it in at once has no limit', () => {
  const refusals = new UnfoundedRefusals()
  for (let turn = 0; turn < 5; turn++) {
    expect(refusals.why('generate', 0)).toBeUndefined()
    refusals.saw('generate', LONE, 0)
    refusals.saw('generate', LONE_REFUSED, 0)
    refusals.sentAgain('generate', true)
  }
  expect(refusals.why('generate', 0)).toMatch(/5 of 10 requests that came alone.* 5 of 5 were let in at once/)
})

test('a limit refuses again at once, and a full service refuses few', () => {
  const limited = new UnfoundedRefusals()
  const full = new UnfoundedRefusals()
  for (let turn = 0; turn < 20; turn++) {
    limited.saw('generate', LONE_REFUSED, 0)
    limited.sentAgain('generate', turn % 4 === 0)
    for (const seen of [LONE, LONE, LONE, LONE, LONE_REFUSED]) full.saw('generate', seen, 0)
    full.sentAgain('generate', true)
  }
  expect(limited.why('generate', 0)).toBeUndefined()
  expect(full.why('generate', 0)).toBeUndefined()
})

test('a route that lets nothing in while others answer is closed; one that let something in, or that is alone, is not', () => {
  const closed = new UnfoundedRefusals()
  const limited = new UnfoundedRefusals()
  const alone = new UnfoundedRefusals()
  closed.saw('generate', LONE, 0)
  limited.saw('generate', LONE, 0)
  limited.saw('chat', LONE, 0)
  for (let atMs = 0; atMs <= 60_000; atMs += 6_000)
    for (const one of [closed, limited, alone]) one.saw('chat', BESIDE, atMs)
  expect(closed.why('chat', 40_000)).toBeUndefined()
  expect(closed.why('chat', 60_000)).toMatch(/^all 11 requests to this route in 60 s were refused so/)
  for (const one of [limited, alone]) expect(one.why('chat', 60_000)).toBeUndefined()
  expect(closed.why('generate', 60_000)).toBeUndefined()
})

/** Waits cost nothing here, and their time passes all the same. */
function startLeapingClock(): Clock {
  let leapt = 0
  const sleep = async (ms: number) => {
    leapt += ms
  }
  return { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + leapt, sleep }
}

test('what a service refuses without any load becomes its answer, and says why', async () => {
  await using simulator = await startSimulator({ profile: 'instant', faults: ['turns-away-every-other'] })
  const clock = startLeapingClock()
  const traffic = new Traffic(clock)
  await using client = await createClient({ dialect: 'openai', baseUrl: simulator.url }, { traffic })
  const answers: Generation[] = []
  for (let index = 0; index < 20; index++) {
    await clock.sleep(1_500)
    answers.push(await client.generate({ prompt: 'Say hello.', maxTokens: 4 }))
  }
  const [failed] = answers.filter((answer) => answer.outcome === 'failed')
  expect(failed).toMatchObject({
    status: 429,
    message: expect.stringMatching(/Too Many Requests; \d+ of \d+ requests that came alone/),
  })
  expect(failed).not.toHaveProperty('turnedAway')
})

test('a route that is shut is known within a minute, and the other goes on as before', async () => {
  await using simulator = await startSimulator({ profile: 'instant', faults: ['turns-chat-away'] })
  const traffic = new Traffic(startLeapingClock())
  await using client = await createClient({ dialect: 'openai', baseUrl: simulator.url }, { traffic })
  const request = { prompt: 'Say hello.', maxTokens: 4 }
  await client.generate(request)
  const chat = await client.generate({ ...request, route: 'chat' })
  expect(chat).toMatchObject({ status: 429, message: expect.stringContaining('requests to this route') })
  expect(chat).not.toHaveProperty('turnedAway')
  expect(await client.generate(request)).toMatchObject({ outcome: 'completed' })
  expect(traffic.throttle?.requestsPerSecond).toBeUndefined()
})
