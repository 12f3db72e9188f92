import { createHash } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { createRandom } from '../random.ts'
import type { LoadAnswer, Sample, ScheduledRequest } from '../records/index.ts'
import { PROFILES, startSimulator } from '../simulator/index.ts'
import { quantile } from '../statistics/index.ts'
import { type Driven, drive, driveInThreads, loadSampleOf } from './index.ts'
import { Shares, sharePlaces } from './shares.ts'
import { openRecorded, stillClock } from './testing/recorded-client.ts'

const entry = new URL('./testing/recorded-worker.ts', import.meta.url)
const profile = { engine: 'vllm', capabilities: [], missing: {} } as const
const signal = new AbortController().signal

const schedule = (count: number): ScheduledRequest[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ index, dueMs: 10 * index, request: { prompt: `p${index}`, maxTokens: 8 } },
  }))

function recording(count: number, others: Record<string, Partial<LoadAnswer>> = {}): string {
  const random = createRandom('recorded')
  const answers = Array.from({ length: count }, (_, index): [string, LoadAnswer] => {
    const chunkAtMs = Array.from({ length: 8 }, (_, at) => 20 + 5 * at + random.next())
    const [prompt, ttftMs = 0, e2eMs = 0] = [`p${index}`, chunkAtMs[0], chunkAtMs.at(-1)]
    return [
      prompt,
      {
        ...{
          sentAtMs: 10 * index + random.next(),
          ttftMs,
          e2eMs,
          chunkAtMs,
          reads: 8,
          bytes: 900,
          events: 9,
        },
        ...{ text: 'x', usage: { completionTokens: 8 }, ...others[prompt] },
      },
    ]
  })
  const file = join(mkdtempSync(join(tmpdir(), 'infergate-recorded-')), 'answers.json')
  writeFileSync(file, JSON.stringify(Object.fromEntries(answers)))
  return file
}

const sampleOf = (driven: Driven): Sample =>
  loadSampleOf(driven, { scenario: 'load', boot: 0, runStartMs: 0 })
const sorted = (samples: readonly Sample[]): readonly Sample[] =>
  samples.toSorted((a, b) => a.index - b.index)

const common = { clock: stillClock, startMs: 0, runStartMs: 0, maxInFlight: 12, timeoutMs: 1_000, signal }
const inThreads = (file: string, count: number, workers: number) =>
  driveInThreads({
    ...{ ...common, requests: schedule(count), workers, entry, profile },
    address: { dialect: 'openai', baseUrl: file },
  })

/** Of the sorted samples file, but for who sent each. */
function fingerprint(samples: readonly Sample[]): string {
  const lines = sorted(samples).map(({ worker: _, ...sample }) => JSON.stringify(sample))
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}

test('the same recorded load gives the same samples, bit for bit, from one worker and from three', async () => {
  const [requests, file] = [schedule(900), recording(900)]
  const alone = (await Array.fromAsync(drive({ ...common, client: openRecorded(file), requests }))).map(
    sampleOf,
  )
  const driving = inThreads(file, 900, 3)
  const shared = (await Array.fromAsync(driving)).map(sampleOf)
  expect(alone).toHaveLength(900)
  expect(fingerprint(shared)).toBe(fingerprint(alone))
  for (const field of ['ttftMs', 'e2eMs', 'sendLagMs', 'tpotMs'] as const)
    expect(
      quantile(
        shared.map((one) => one[field] ?? 0),
        0.99,
      ),
    ).toBe(
      quantile(
        alone.map((one) => one[field] ?? 0),
        0.99,
      ),
    )
  expect(shared.every(({ worker, index }) => worker === index % 3)).toBe(true)
  expect(driving.report()).toMatchObject({ endedBy: 'schedule', sent: 900 })
})

test('a worker that crashes is an error of ours with its cause, and what was measured before is given', async () => {
  const file = recording(2_000, { p1501: { text: 'CRASH' } })
  const seen: Driven[] = []
  const taking = async () => {
    for await (const one of inThreads(file, 2_000, 2)) seen.push(one)
  }
  await expect(taking()).rejects.toMatchObject({
    ...{ code: 'worker-crashed', exitCode: 30 },
    message: expect.stringMatching(/^Worker [12] of 2 of the load crashed: it ended with code 7\. What was/),
  })
  expect(seen.length).toBeGreaterThan(100)
})

test('what a worker says is wrong with a request is what one thread says of it', async () => {
  const file = recording(10)
  await expect(Array.fromAsync(inThreads(file, 20, 2))).rejects.toThrow('nothing was recorded for p')
})

test('one who stops looking leaves no thread behind', async () => {
  for await (const _ of inThreads(recording(500), 500, 3)) break
  expect(process.getActiveResourcesInfo().filter((name) => name === 'MessagePort')).toEqual([])
})

test('a conversation is one worker’s, a request without one that of its number; places are shared out whole', () => {
  const shares = new Shares(3)
  // Every tenth is a turn of one of four conversations.
  const requests = schedule(200).map(({ index, ...one }) => ({
    ...{ ...one, index },
    ...(index % 10 === 0 && { session: { id: `s${index % 40}`, turn: Math.floor(index / 40) } }),
  }))
  const workers = requests.map((one) => shares.workerOf(one))
  for (const [at, { index, session }] of requests.entries())
    expect(workers[at]).toBe((session ? Number(session.id.slice(1)) : index) % 3)
  expect([sharePlaces(8, 3), sharePlaces(3, 3), sharePlaces(7, 1)]).toEqual([[3, 3, 2], [1, 1, 1], [7]])
})

test('threads keep a real schedule from a common start, and are told when to stop', async () => {
  await using simulator = await startSimulator({ profile: { ...PROFILES.instant, firstTokenMs: [5, 5] } })
  const stop = new AbortController()
  const requests = Array.from({ length: 400 }, (_, index) => ({
    ...{ index, dueMs: 5 * index, request: { prompt: `p${index}`, maxTokens: 4, stream: true } },
  }))
  const driving = driveInThreads({
    ...{
      clock: systemClock,
      runStartMs: 0,
      requests,
      maxInFlight: 50,
      timeoutMs: 5_000,
      signal,
      stop: stop.signal,
    },
    ...{
      workers: 2,
      profile,
      address: { dialect: 'openai', baseUrl: simulator.url, model: 'infergate-simulated' },
    },
  })
  const samples: Sample[] = []
  for await (const driven of driving) if (samples.push(sampleOf(driven)) === 40) stop.abort()
  const { sent, endedBy } = driving.report()
  expect(await driving.clients?.()).toHaveLength(2)
  expect([endedBy, samples.length]).toEqual(['told', sent])
  expect(sent).toBeLessThan(400)
  expect(samples.every(({ outcome }) => outcome === 'completed')).toBe(true)
  const first = Math.min(...samples.map(({ dueAtMs = 0 }) => dueAtMs))
  for (const { index, dueAtMs = 0, sendLagMs = -1 } of samples) {
    expect(dueAtMs - first).toBeCloseTo(5 * index, 6)
    // Two threads read two clocks one after the other: a timer may be that much early.
    expect(sendLagMs).toBeGreaterThan(-2)
  }
})
