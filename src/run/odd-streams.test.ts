import { request as forward } from 'node:http'
import { expect, test } from 'vitest'
import { startOnLoopback } from '../../testing/loopback.ts'
import { drive, loadSampleOf } from '../benchmark/index.ts'
import { openLoadClient } from '../client/index.ts'
import { systemClock } from '../clock.ts'
import type { Sample, ScheduledRequest } from '../records/index.ts'
import { startSimulator } from '../simulator/index.ts'
import type { StubOptions } from '../stub/index.ts'
import { stubHere } from '../stub/testing/ask-stub.ts'
import { findOddities } from '../verdict/oddities.ts'

/** Twelve answers of 32 tokens, six at a time, as samples of a load. */
async function load(url: string): Promise<readonly Sample[]> {
  await using client = await openLoadClient({ dialect: 'openai', baseUrl: url })
  const requests = Array.from(
    { length: 12 },
    (_, index): ScheduledRequest => ({
      ...{
        index,
        request: { prompt: 'Count.', maxTokens: 32, ignoreEos: true, stream: true, includeUsage: true },
      },
    }),
  )
  const { signal } = new AbortController()
  const common = { client, clock: systemClock, signal, requests, timeoutMs: 60_000 }
  const driven = await Array.fromAsync(drive({ ...common, maxInFlight: 6 }))
  const origin = { scenario: 'load', boot: 0, runStartMs: 0, phase: 'steady' } as const
  return driven.map((one) => loadSampleOf(one, origin))
}

const said = (samples: readonly Sample[]) => {
  expect(samples.map(({ outcome }) => outcome)).toEqual(Array(12).fill('completed'))
  return findOddities(samples).map(({ kind, says }) => `${kind}: ${says}`)
}

const PACE: StubOptions = { ttftMs: 20, gapMs: 3 }

test.each([
  ['as it is made', {}],
  ['with several tokens in each event', { tokensPerEvent: 'uniform:1-8' }],
  ['with several events in each write', { merge: 4 }],
  ['with characters cut in the middle and comments between', { splitUtf8: true, pingMs: 2 }],
] satisfies [string, StubOptions][])('a stream that comes %s is not odd', async (_, options) => {
  await using stub = await stubHere({ ...PACE, ...options })
  expect(said(await load(stub.url))).toEqual([])
})

test.each(['default', 'instant'] as const)(
  'streams of the healthy simulator (%s) are not odd',
  async (profile) => {
    await using simulator = await startSimulator({ profile })
    expect(said(await load(simulator.url))).toEqual([])
  },
)

test('a server that sends all tokens in one event is named', async () => {
  await using stub = await stubHere({ ...PACE, oneEvent: true })
  expect(said(await load(stub.url))).toEqual([
    'one-event: the stream is no stream: in 12 of 12 answers all tokens (32 at the median) came in one event',
  ])
})

test.each([
  [0.25, 'it counts 8 in 32 events with content, each of which holds one at least'],
  [0, 'it counts 0 tokens'],
  [4, 'it counts 128 where at most 32 were asked for'],
])('a usage of %d times the tokens is named', async (usageFactor, says) => {
  await using stub = await stubHere({ ...PACE, usageFactor })
  expect(said(await load(stub.url))).toEqual([
    `usage: usage cannot be right in 12 of 12 answers: ${says} (first such answer)`,
  ])
})

test('a server that sends all events at the end is named, and so is a proxy that waits for the whole answer', async () => {
  await using held = await stubHere({ ...PACE, buffered: true })
  expect(said(await load(held.url))).toEqual([expect.stringMatching(/^buffered: .*12 answers came at once/)])
  await using stub = await stubHere(PACE)
  await using proxy = await startBufferingProxy(stub.url)
  expect(said(await load(proxy.url))).toEqual([
    expect.stringMatching(/^buffered: a proxy or the server holds the stream back: 1[0-2] of 12 answers/),
  ])
})

/** Gives a reply on when all of it is there. */
const startBufferingProxy = (service: string) =>
  startOnLoopback(async (request, response) => {
    const body = Buffer.concat(await request.toArray())
    const { method = 'GET', url = '/', headers } = request
    const onward = forward(new URL(url, service), { method, headers, agent: false }, async (reply) => {
      const whole = Buffer.concat(await reply.toArray())
      response
        .writeHead(reply.statusCode ?? 502, { 'content-type': reply.headers['content-type'] })
        .end(whole)
    })
    onward.on('error', () => response.destroy())
    onward.end(body)
  })
