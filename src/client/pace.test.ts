import { expect, test } from 'vitest'
import { startOnLoopback } from '../../testing/loopback.ts'
import { startSimulator } from '../simulator/index.ts'
import { createClient } from './http-client.ts'
import { measurePace, patience } from './pace.ts'

const SLOW = {
  says: 'slow',
  loadMs: [0, 0],
  firstTokenMs: [200, 200],
  tokenMs: 40,
  maxNumSeqs: 4,
  maxQueued: 8,
  maxModelLen: 1_024,
} as const
const PACE = { networkMs: 5, answerMs: 1_000, tokenMs: 100, promptTokenMs: 10 }
const SHORT = { prompt: 'Say hello.', maxTokens: 10 }

test('the pace of a service is the time of its first token and of each further one', async () => {
  await using simulator = await startSimulator({ profile: SLOW })
  await using client = await createClient({ dialect: 'openai', baseUrl: simulator.url })
  const { networkMs = 0, answerMs = 0, tokenMs = 0 } = (await measurePace(client)) ?? {}
  // A timer may fire within the millisecond before its time.
  expect(answerMs).toBeGreaterThan(198)
  expect(tokenMs).toBeGreaterThan(20)
  expect(networkMs).toBeLessThan(answerMs)
})

test('a service that answers nothing has no pace', async () => {
  await using broken = await startOnLoopback((_, response) => response.writeHead(500).end())
  await using client = await createClient({ dialect: 'openai', baseUrl: broken.url, model: 'm' })
  expect(await measurePace(client)).toBeUndefined()
})

test('a request has the time that its tokens need, its prompt, and those that are in flight beside it', () => {
  expect(patience(SHORT, 30_000, undefined, undefined)).toBe(30_000)
  expect(patience(SHORT, 1_000, PACE, undefined)).toBe(4 * (1_000 + 10 * 100 + 2.5 * 10))
  expect(patience(SHORT, 1_000, PACE, { inFlight: 5 })).toBe(
    5 * patience(SHORT, 1_000, PACE, { inFlight: 1 }),
  )
  expect(patience(SHORT, 60_000, PACE, undefined)).toBe(60_000)
  const endless = { ...SHORT, prompt: 'a '.repeat(10 ** 6) }
  expect(patience(endless, 1_000, PACE, undefined)).toBeLessThan(10 ** 6)
})
