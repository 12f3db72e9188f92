import { expect, test } from 'vitest'
import {
  completion,
  DONE,
  delta,
  event,
  json,
  STREAM_HEAD,
  startRawServer,
} from '../client/testing/raw-server.ts'
import { systemClock } from '../clock.ts'
import type { Check, ServiceProfile } from '../records/index.ts'
import { runCheck } from './run-check.ts'
import { Session } from './session.ts'
import { DECLARED } from './testing/judge-all.ts'

/** What the promises about a stream's end say of streams that end in a wrong way, byte by byte. */

const PROFILE: ServiceProfile = { engine: 'vllm', model: 'm', capabilities: ['stream'], missing: {} }
const STREAMED = ['streaming.answers', 'streaming.ends-properly', 'streaming.keeps-streams-apart']

/** Judges a service that answers everything with these bytes. */
async function judge(id: string, answer: Buffer, { staysOpen = false } = {}): Promise<Check> {
  await using server = await startRawServer((socket) => {
    if (staysOpen) socket.write(answer)
    else socket.end(answer)
  })
  const found = DECLARED.find(({ entry }) => entry.id === id)
  if (!found) throw new Error(`there is no promise ${id}`)
  const address = { dialect: 'openai', baseUrl: server.url }
  await using session = await Session.open({
    ...{ address, profile: PROFILE, boots: [], seed: 1, checkDeadlineMs: 10_000, clock: systemClock },
  })
  return await runCheck(found, session)
}

const stream = (...events: readonly string[]): Buffer =>
  Buffer.concat([STREAM_HEAD, Buffer.from(delta('Once upon') + delta(' a time.') + events.join(''))])

test.each(STREAMED)('%s holds for a stream that ends as it should', async (id) => {
  expect(await judge(id, stream(delta('', 'stop'), DONE))).toMatchObject({ outcome: 'passed' })
})

test.each(STREAMED)('%s is broken by each wrong end, and says how', async (id) => {
  const answers = {
    '2 finish reasons': stream(delta('', 'stop'), delta('', 'length'), DONE),
    '1 events come after the end marker': stream(delta('', 'stop'), DONE, delta(' The end.')),
    'without a finish reason': stream(DONE),
    'without [DONE]': stream(delta('', 'stop')),
    'out of memory': stream(event({ error: { message: 'out of memory', code: 500 } }), DONE),
    'asked for a stream': json(completion('Once upon a time.')),
  }
  for (const [reason, answer] of Object.entries(answers))
    expect(await judge(id, answer)).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining(reason),
    })
})

test('a response that is not ended after [DONE] breaks one promise, which says so', async () => {
  const whole = stream(delta('', 'stop'), DONE)
  const staysOpen = { staysOpen: true }
  expect(await judge('streaming.ends-its-response', whole)).toMatchObject({ outcome: 'passed' })
  expect(await judge('streaming.ends-its-response', whole, staysOpen)).toMatchObject({
    outcome: 'failed',
    reason: 'generate: each of 3 streams is complete with [DONE], and its response is not ended after it',
  })
  expect(await judge('streaming.answers', whole, staysOpen)).toMatchObject({ outcome: 'passed' })
})

test('streams of one piece have no gap: whether they flow is not decided', async () => {
  const whole = Buffer.concat([STREAM_HEAD, Buffer.from(delta('Once.') + delta('', 'stop') + DONE)])
  expect(await judge('streaming.keeps-flowing', whole)).toMatchObject({
    outcome: 'inconclusive',
    reason: 'observed 0 times, where 1 are needed to tell',
  })
})
