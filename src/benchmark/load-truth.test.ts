import { expect, test } from 'vitest'
import { openLoadClient } from '../client/index.ts'
import { systemClock } from '../clock.ts'
import type { Sample, ScheduledRequest } from '../records/index.ts'
import { type AnswerTruth, type StubOptions, startStub } from '../stub/index.ts'
import { judge } from './calibration/calibrate.ts'
import { originOf } from './clock-origin.ts'
import { drive } from './drive.ts'
import type { Driven } from './driving.ts'
import { loadSampleOf } from './load-sample.ts'

type Seen = { readonly driven: Driven; readonly sample: Sample; readonly truth: AnswerTruth }

/** One answer of each length, all at once, beside what the stub says that it did. */
async function load(options: StubOptions, lengths: readonly number[]): Promise<readonly Seen[]> {
  await using stub = await startStub(options, { isPinned: false })
  await using client = await openLoadClient({ dialect: 'openai', baseUrl: stub.url, model: 'stub' })
  const requests = lengths.map(
    (maxTokens, index): ScheduledRequest => ({
      ...{ index, request: { prompt: 'one two', maxTokens, stream: true, includeUsage: true } },
    }),
  )
  const { signal } = new AbortController()
  const common = { client, clock: systemClock, signal, requests, timeoutMs: 60_000 }
  const driven = await Array.fromAsync(drive({ ...common, maxInFlight: lengths.length }))
  const truths = await stub.truth()
  return driven.map((one) => {
    const truth = truths.find(({ id }) => one.answer.text.trim().split(' ', 1)[0]?.endsWith(id))
    if (!truth) throw new Error(`no truth for "${one.answer.text}"`)
    const origin = { scenario: 'load', boot: 0, runStartMs: 0, phase: 'steady' } as const
    return { driven: one, sample: loadSampleOf(one, origin), truth }
  })
}

const LENGTHS = Array.from({ length: 24 }, (_, index) => 24 + index)

test('tokens are counted exactly, be there one or eight in an event', async () => {
  const seen = await load({ ttftMs: 1, gapMs: 1, tokensPerEvent: 'uniform:1-9' }, LENGTHS)
  for (const { driven, sample, truth } of seen) {
    expect(sample.outputTokens).toBe(driven.scheduled.request.maxTokens)
    expect(sample.chunkAtMs).toHaveLength(truth.tokens.length)
    expect(driven.answer.text.trim().split(' ')).toHaveLength(sample.outputTokens ?? 0)
  }
})

test('text that is cut inside characters arrives whole', async () => {
  const [one] = await load({ ttftMs: 2, gapMs: 2, splitUtf8: true, pingMs: 1 }, [10])
  const rest = Array.from({ length: 9 }, (_, index) => ` ${String.fromCharCode(0x4e01 + index)}`)
  expect(one?.driven.answer.text).toBe(` 語stub-0${rest.join('')}`)
})

test('the time per token is that of the stub within 0.5 %, in a stream whose ends the machine let be on time', async () => {
  const options: StubOptions = {
    ttftMs: 'uniform:5-300',
    gapMs: 25,
    tokensPerEvent: [1, 2, 3, 4, 5, 6, 7, 8],
  }
  const seen = await load(options, Array(24).fill(100))
  const errors = seen.map(({ sample, truth }) => {
    const [firstNs = 0, lastNs = 0] = [truth.emitted_ns[0], truth.emitted_ns.at(-1)]
    const trueMs = (lastNs - firstNs) / 1e6 / (truth.completion_tokens - 1)
    return Math.abs((sample.tpotMs ?? Number.NaN) / trueMs - 1)
  })
  expect(Math.min(...errors)).toBeLessThan(0.005)
  const error = judge(
    seen.map(({ driven }) => driven),
    seen.map(({ truth }) => truth),
    { p50: 0, p99: 0, max: 0 },
    originOf(systemClock),
  )
  expect(error).toMatchObject({ state: 'valid', error: { answers: 24 } })
  // Nothing is received before it was emitted: both clocks are one.
  if (error.state === 'valid') expect(error.error.receiptMs.p50).toBeGreaterThan(0)
})
