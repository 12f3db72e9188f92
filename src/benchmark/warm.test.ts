import { expect, test } from 'vitest'
import type { Completed, Failed, Generation, GenerationRequest, Sample } from '../records/index.ts'
import { type Answering, measureWarm, sampleOf, type WarmOptions } from './index.ts'

const request: GenerationRequest = { prompt: 'Count to 7.', maxTokens: 8 }
const common = { request, seed: 7, boot: 1, runStartMs: 1_000 }
const sent = { method: 'POST', url: 'http://127.0.0.1/', headers: {} } as const

const completed = (timing: Partial<Completed['timing']> = {}, rest: Partial<Completed> = {}): Completed => ({
  outcome: 'completed',
  sent,
  timing: { sentAtMs: 1_250, e2eMs: 40, chunkAtMs: [], reads: 1, ...timing },
  text: 'one two',
  finishReason: 'stop',
  reported: {},
  ...rest,
})
const failed = (failure: Failed['failure']): Failed => ({
  outcome: 'failed',
  sent,
  timing: { sentAtMs: 1_300, e2eMs: 12, chunkAtMs: [], reads: 0 },
  failure,
  message: `it was ${failure}`,
})

const runWarm = (client: Answering, options: WarmOptions): Promise<readonly Sample[]> =>
  Array.fromAsync(measureWarm(client, options))

/** A service inside this process that says what it was asked and how many asked at once. */
function service(answer: (asked: number) => Generation | Promise<Generation>) {
  const prompts: string[] = []
  let [inFlight, mostInFlight] = [0, 0]
  const client: Answering = {
    async generate({ prompt }) {
      mostInFlight = Math.max(mostInFlight, ++inFlight)
      prompts.push(prompt)
      await new Promise(setImmediate)
      inFlight--
      return answer(prompts.length)
    },
  }
  return { client, prompts, mostInFlight: () => mostInFlight }
}

test('exactly the asked number of requests is sent, one at a time, after the warm-up', async () => {
  const { client, prompts, mostInFlight } = service(() => completed())
  const samples = await runWarm(client, { ...common, requests: 12, warmup: 3 })
  expect(prompts.length).toBe(15)
  expect(mostInFlight()).toBe(1)
  expect(samples.map(({ index, warmUp }) => [index, warmUp])).toEqual([
    ...[-3, -2, -1].map((index) => [index, true]),
    ...Array.from({ length: 12 }, (_, index) => [index, undefined]),
  ])
})

test('30 after 3 is the default; none asked for sends none', async () => {
  const usual = service(() => completed())
  await runWarm(usual.client, common)
  expect(usual.prompts.length).toBe(33)
  const none = service(() => completed())
  expect(await runWarm(none.client, { ...common, requests: 0, warmup: 0 })).toEqual([])
  expect(none.prompts).toEqual([])
})

test('no two prompts begin alike, and an equal seed asks the same again', async () => {
  const asked = async (seed: number) => {
    const { client, prompts } = service(() => completed())
    await runWarm(client, { ...common, seed, requests: 20, warmup: 2 })
    return prompts
  }
  const prompts = await asked(7)
  expect(new Set(prompts.map((prompt) => prompt.slice(0, 6))).size).toBe(22)
  expect(prompts.every((prompt) => prompt.endsWith('Count to 7.'))).toBe(true)
  expect(await asked(7)).toEqual(prompts)
  expect(await asked(8)).not.toEqual(prompts)
})

test('every answer is handed on as it arrives, a failed one with its kind', async () => {
  const { client, prompts } = service((asked) => (asked === 3 ? failed('timeout') : completed()))
  const seen: [number, Sample][] = []
  for await (const sample of measureWarm(client, { ...common, requests: 3, warmup: 1 }))
    seen.push([prompts.length, sample])
  expect(seen.map(([asked, { outcome }]) => [asked, outcome])).toEqual([
    [1, 'completed'],
    [2, 'completed'],
    [3, 'timeout'],
    [4, 'completed'],
  ])
  expect(seen[2]?.[1]).toEqual({
    scenario: 'warm',
    warmth: 'warm',
    boot: 1,
    index: 1,
    outcome: 'timeout',
    message: 'it was timeout',
    sentAtMs: 300,
    e2eMs: 12,
  })
})

test('the loop ends as soon as the caller has seen enough', async () => {
  const { client, prompts } = service(() => completed())
  let seen = 0
  for await (const _ of measureWarm(client, common)) if (++seen === 5) break
  expect([seen, prompts.length]).toEqual([5, 5])
})

test('an abort ends the loop, and the request that it cut off is no sample', async () => {
  const abort = new AbortController()
  const { client, prompts } = service((asked) => {
    if (asked < 6) return completed()
    abort.abort()
    return failed('aborted')
  })
  const samples = await runWarm(client, { ...common, signal: abort.signal })
  expect([samples.length, prompts.length]).toEqual([5, 6])
})

test('tpot is the time between first and last token over the tokens after the first', () => {
  const origin = { scenario: 's', warmth: 'warm', boot: 0, index: 0, runStartMs: 1_000 } as const
  const stream = { ttftMs: 10, chunkAtMs: [10, 14, 34] }
  const tpot = (timing: Partial<Completed['timing']>, completionTokens?: number) =>
    sampleOf(completed(timing, completionTokens === undefined ? {} : { usage: { completionTokens } }), origin)
  expect(tpot(stream, 7)).toMatchObject({ tpotMs: 4, ttftMs: 10, outputTokens: 7, sentAtMs: 250, e2eMs: 40 })
  for (const [timing, tokens] of [
    [stream, 1],
    [stream, undefined],
    [{ ttftMs: 10, chunkAtMs: [10] }, 7],
    [{}, 7],
  ] as const)
    expect(tpot(timing, tokens)).not.toHaveProperty('tpotMs')
  expect(tpot({})).not.toHaveProperty('ttftMs')
})

test('an answer of nothing is a failure, however fast it was', () => {
  const origin = { scenario: 's', warmth: 'warm', boot: 0, index: 0, runStartMs: 0 } as const
  expect(sampleOf(completed({}, { text: '' }), origin)).toMatchObject({ outcome: 'service-error' })
  const endedAtOnce = completed({}, { text: '', usage: { completionTokens: 1 } })
  expect(sampleOf(endedAtOnce, origin)).toMatchObject({ outcome: 'completed' })
})
