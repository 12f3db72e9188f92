import { expect, test } from 'vitest'
import type { ScheduledRequest } from '../records/index.ts'
import { quantile } from '../statistics/index.ts'
import { type Driven, type DriveOptions, drive, loadSampleOf } from './index.ts'
import { virtualClock } from './testing/virtual-clock.ts'
import { type Reply, virtualService } from './testing/virtual-service.ts'

const request = { prompt: 'Tell me.', maxTokens: 16 } as const
const atRate = (perSecond: number, count: number): ScheduledRequest[] =>
  Array.from({ length: count }, (_, index) => ({ index, dueMs: (1_000 * index) / perSecond, request }))
const closed = (count: number): ScheduledRequest[] =>
  Array.from({ length: count }, (_, index) => ({ index, request }))

type Asked = Partial<DriveOptions> & Pick<DriveOptions, 'requests'>

async function load(
  asked: Asked,
  reply: (atMs: number, index: number) => Reply,
  onAnswer?: (n: number) => void,
) {
  const clock = virtualClock()
  const service = virtualService(clock, reply)
  const driving = drive({
    ...{ client: service.client, clock, maxInFlight: 1_000, timeoutMs: 120_000 },
    ...{ signal: new AbortController().signal, ...asked },
  })
  const driven: Driven[] = []
  for await (const one of driving) {
    driven.push(one)
    onAnswer?.(driven.length)
  }
  const samples = driven.map((one) => loadSampleOf(one, { scenario: 'load', boot: 0, runStartMs: 0 }))
  return { driven, samples, report: driving.report(), ...service }
}

/** 10 ms an answer, and none at all from 5 to 7 s. */
const stalls = (atMs: number): Reply => ({ e2eMs: atMs >= 5_000 && atMs < 7_000 ? 7_010 - atMs : 10 })
/** At 100/s for 20 s, 2,000 requests: the slowest 1 % are those due in the first 200 ms of the stall. */
const ANALYTIC_P99 = 2_010 - 200

test.each([8, 1_000])(
  'a stall of 2 s shows in the latency from the due time as it must, with at most %i in flight',
  async (maxInFlight) => {
    const { samples, report } = await load({ requests: atRate(100, 2_000), maxInFlight }, stalls)
    const fromDue = samples.map(({ sendLagMs = Number.NaN, e2eMs }) => sendLagMs + e2eMs)
    expect(fromDue).toHaveLength(2_000)
    expect(Math.abs(quantile(fromDue, 0.99) / ANALYTIC_P99 - 1)).toBeLessThan(0.02)
    if (maxInFlight === 1_000) expect(report.heldBack).toBeUndefined()
    else {
      // What a client sees that waits for answers before it sends: hardly anything.
      expect(
        quantile(
          samples.map(({ e2eMs }) => e2eMs),
          0.99,
        ),
      ).toBe(10)
      expect(report.heldBack).toMatchObject({ firstAtMs: 5_080 })
      expect(report.heldBack?.mostMs).toBeCloseTo(1_930, 5)
      expect(report.heldBack?.requests).toBeGreaterThan(192)
      expect(report.heldBack?.requests).toBeLessThan(250)
    }
  },
)

test('a closed loop has always as many in flight, and ends with its time, not with the answers of others', async () => {
  const { report, most, samples } = await load(
    { requests: closed(1_000), maxInFlight: 4, durationMs: 1_000 },
    () => ({ e2eMs: 100 }),
  )
  expect([most(), report.sent, report.endedBy, samples.length]).toEqual([4, 40, 'duration', 40])
  expect(samples.every(({ sendLagMs }) => sendLagMs === undefined)).toBe(true)
})

test('once it is told to stop nothing is sent, and what is in flight is still answered', async () => {
  const stop = new AbortController()
  const { samples, report } = await load(
    { requests: closed(100), maxInFlight: 4, stop: stop.signal },
    () => ({ e2eMs: 50 }),
    (n) => n === 6 && stop.abort(),
  )
  expect([samples.length, report.sent, report.endedBy]).toEqual([report.sent, report.sent, 'told'])
  expect(report.sent).toBeLessThan(14)
})

test('what is in flight when the load is broken off gives nothing; what was complete is kept', async () => {
  const cut = new AbortController()
  const { samples, report } = await load(
    { requests: atRate(10, 100), signal: cut.signal },
    (_, index) => ({ e2eMs: index % 2 === 0 ? 10 : 100_000 }),
    (n) => n === 5 && cut.abort(),
  )
  expect(samples.map(({ index }) => index)).toEqual([0, 2, 4, 6, 8])
  expect(report).toMatchObject({ endedBy: 'told', sent: 9 })
})

test('a request that finds no place for as long as an answer may take is not sent, and is counted', async () => {
  const { report, samples } = await load(
    { requests: atRate(10, 100), maxInFlight: 1, timeoutMs: 2_000 },
    () => ({ e2eMs: 1_000 }),
  )
  expect(report.sent + report.unsent.tooLate).toBe(100)
  expect(Math.max(...samples.map(({ sendLagMs = 0 }) => sendLagMs))).toBeLessThanOrEqual(2_000)
  expect(report.unsent.tooLate).toBeGreaterThan(80)
})

test('a request that cannot be sent at all ends the load with its mistake', async () => {
  const clock = virtualClock()
  const { client } = virtualService(clock, () => ({ e2eMs: 5 }))
  const send = () => Promise.reject(new TypeError('invalid header'))
  const driving = drive({
    ...{ client: { ...client, send }, clock, requests: closed(9), maxInFlight: 2, timeoutMs: 1_000 },
    signal: new AbortController().signal,
  })
  await expect(Array.fromAsync(driving)).rejects.toThrow('invalid header')
})
