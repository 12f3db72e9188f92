import { expect, test } from 'vitest'
import { virtualClock } from '../benchmark/testing/virtual-clock.ts'
import { HarnessError } from '../errors.ts'
import { watchedOf } from './comparisons.ts'
import { alarmsOf, type WatchState } from './state.ts'
import { failing, good, HOUR_MS, usual, type VirtualEnd, watchVirtually } from './testing/virtual-watch.ts'

const MINUTE_MS = 60_000
const outcome = ({ state }: { readonly state: WatchState }, id: string) =>
  watchedOf(state).comparisons.find((one) => one.id === id)
/** Milliseconds from the first minute to the end. */
const foundAfterMs = ({ state }: VirtualEnd): number => state.watchedMs - MINUTE_MS

test('a healthy hour ends with its time, and shows nothing', async () => {
  const next = usual('healthy')
  const end = await watchVirtually({ behaves: () => good(next()) })
  expect(end.by).toBe('time')
  expect(end.state.watchedMs).toBe(HOUR_MS)
  expect(end.samples.length).toBe(end.state.requests)
  expect(end.state.requests).toBeGreaterThan(700)
  expect(watchedOf(end.state).comparisons.map(({ outcome: word }) => word)).toEqual([
    'passed',
    'passed',
    'passed',
    'passed',
  ])
})

test('one transient error of a thousand fails nothing, and neither does one in a hundred', async () => {
  for (const each of [1_000, 100]) {
    const next = usual('transient')
    const end = await watchVirtually({
      behaves: (index) => (index % each === each / 2 ? failing() : good(next())),
    })
    expect([each, end.by]).toEqual([each, 'time'])
  }
})

test('a service that refuses from the first minute on is found within 10 s at the pace that nobody chose', async () => {
  const next = usual('dead')
  const end = await watchVirtually({
    behaves: (_, atMs) => (atMs < MINUTE_MS ? good(next()) : failing()),
  })
  expect(end.by).toBe('alarm')
  expect(foundAfterMs(end)).toBeLessThanOrEqual(10_000)
  expect(outcome(end, 'watch.errors')).toMatchObject({ outcome: 'failed' })
})

test('an engine that sends nothing any more is found within 10 s, long before a request has its deadline', async () => {
  const next = usual('wedged')
  const end = await watchVirtually({
    behaves: (_, atMs) => (atMs < MINUTE_MS ? good(next()) : 'nothing'),
  })
  expect(end.by).toBe('alarm')
  expect(foundAfterMs(end)).toBeLessThanOrEqual(10_000)
  expect(outcome(end, 'watch.silence')).toMatchObject({ outcome: 'failed' })
  expect(end.state.failed).toBe(0)
})

test('a reload on every third request is found by its share within 90 s at one request each 5 s', async () => {
  const next = usual('reload')
  const end = await watchVirtually({
    behaves: (index, atMs) => good(next() + (atMs >= MINUTE_MS && index % 3 === 0 ? 4_000 : 0)),
  })
  expect(end.by).toBe('alarm')
  expect(foundAfterMs(end)).toBeLessThanOrEqual(90_000)
  expect(alarmsOf(end.state)).toEqual(['tail'])
})

test('a request that this process could not time is not slow, and a watch of nothing else shows nothing', async () => {
  const next = usual('late')
  const starved = await watchVirtually({
    behaves: (_, atMs) => good(atMs < MINUTE_MS ? next() : 6_000),
    lateMs: (fromMs, toMs) => (toMs > MINUTE_MS ? Math.max(0, toMs - fromMs - 300) : 0),
    forMs: 10 * MINUTE_MS,
  })
  expect(starved.by).toBe('time')
  expect(outcome(starved, 'watch.slow-share')).toMatchObject({
    outcome: 'inconclusive',
    reason: expect.stringContaining('this machine was too busy'),
  })
})

test('a health route that is slow does not make an answer slow', async () => {
  const next = usual('slow health')
  const end = await watchVirtually({
    behaves: () => good(next()),
    healthMs: 5_000,
    forMs: 5 * MINUTE_MS,
  })
  expect([end.by, end.state.slow]).toEqual(['time', 0])
  expect(end.state.health.asked).toBeGreaterThan(50)
})

test('a service that has no room is not asked sooner than planned, at the beginning too', async () => {
  const end = await watchVirtually({
    behaves: () => failing({ failure: 'http-status', status: 429, message: 'HTTP 429' }),
    forMs: 5 * MINUTE_MS,
  })
  expect(end.state.turnedAway).toBeLessThanOrEqual(61)
})

test('a median that doubles half an hour later is found, though the share of slow answers stays', async () => {
  const next = usual('median')
  const end = await watchVirtually({
    behaves: (_, atMs) => good(next() * (atMs >= HOUR_MS / 2 ? 2 : 1)),
  })
  expect(alarmsOf(end.state)).toEqual(['median'])
})

test('health that is green beside each failure is named, and a red one beside good answers fails nothing', async () => {
  const next = usual('health')
  const green = await watchVirtually({
    behaves: (_, atMs) =>
      atMs < MINUTE_MS ? good(next()) : failing({ failure: 'service-error', message: 'CUDA error' }),
  })
  expect(outcome(green, 'watch.errors')?.reason).toMatch(
    /^the last \d requests failed.*the last with service-error: CUDA error; health was green beside each of them$/,
  )
  const red = await watchVirtually({
    behaves: () => good(next()),
    health: () => false,
    forMs: 10 * MINUTE_MS,
  })
  expect(red.by).toBe('time')
  expect(watchedOf(red.state).notes.join()).toMatch(/Health was not green \d+ of \d+ times/)
})

test('a line of the log that matches a signature ends it at once, three Tracebacks do', async () => {
  const next = usual('log')
  const logged = (signature: string, times: number) =>
    watchVirtually({
      behaves: () => good(next()),
      forMs: 10 * MINUTE_MS,
      prepare: (watch, clock) => {
        void clock.sleep(MINUTE_MS).then(() => {
          for (let n = 0; n < times; n++)
            watch.take({ kind: 'logged', signature, line: `${signature} ${n}`, atMs: watch.atMs() })
        })
      },
    })
  const dead = await logged('engine-dead', 1)
  expect([dead.by, foundAfterMs(dead)]).toEqual(['alarm', 0])
  expect(outcome(dead, 'watch.logs')?.reason).toBe(
    'the engine of the service is dead (engine-dead, 1 line): engine-dead 0',
  )
  expect((await logged('traceback', 2)).by).toBe('time')
  expect((await logged('traceback', 3)).by).toBe('alarm')
})

test('requests that the service has no room for decide nothing, and a watch of nothing else shows nothing', async () => {
  const end = await watchVirtually({
    behaves: () => failing({ failure: 'http-status', status: 429, message: 'HTTP 429' }),
    forMs: 5 * MINUTE_MS,
  })
  expect([end.by, end.state.failed]).toEqual(['time', 0])
  expect(outcome(end, 'watch.errors')?.outcome).toBe('inconclusive')
  expect(watchedOf(end.state).notes.join()).toMatch(/turned \d+ requests away \(HTTP 429\)/)
})

test('a server that was started anew, and what it counted as errors, are told', async () => {
  const next = usual('counters')
  const end = await watchVirtually({
    behaves: () => good(next()),
    forMs: 3 * MINUTE_MS,
    counters: (atMs) =>
      atMs < MINUTE_MS
        ? { startedSeconds: 10, errors: 4, preemptions: 0 }
        : { startedSeconds: 70, errors: 2, preemptions: 0 },
  })
  expect(end.state.server).toMatchObject({ restarts: 1, errors: { grew: 2 }, preemptions: { grew: 0 } })
  expect(watchedOf(end.state).notes).toEqual([
    "The server's process was started anew 1 time while it was watched.",
    'The server counted 2 requests that ended with an error or were aborted.',
  ])
})

test('a watch that goes on from what was kept is as far as one that was never stopped', async () => {
  const next = usual('resumed')
  const first = await watchVirtually({ behaves: () => good(next()), forMs: 20 * MINUTE_MS })
  const kept: WatchState = JSON.parse(JSON.stringify(first.keeps.at(-1)))
  const second = await watchVirtually({ behaves: () => good(next()), state: kept })
  expect(second.state.watchedMs).toBe(HOUR_MS)
  expect(second.state.requests).toBeGreaterThan(first.state.requests)
  expect(second.state.judged.reference).toHaveLength(200)
  // No first requests again: what is known stays known.
  expect(second.samples[0]?.index).toBe(kept.requests)
  // Two failures before, two after: the fourth is the fourth.
  const broken = await watchVirtually({ behaves: () => failing(), state: withFailures(kept), forMs: HOUR_MS })
  expect([broken.by, broken.samples.length]).toEqual(['alarm', 2])
})

const withFailures = (kept: WatchState): WatchState => {
  const one = [4.95, 19.8, 49.5, 94.05]
  const two = one.map((value, index) => (1 + value) * ([5, 20, 50, 95][index] ?? 0))
  return {
    ...kept,
    failed: 2,
    terms: { ...kept.terms, looks: 730 },
    judged: { ...kept.judged, evidence: { ...kept.judged.evidence, errors: two } },
  }
}

test('a signal ends it at once and leaves what was seen', async () => {
  const clock = virtualClock()
  const stop = new AbortController()
  void clock.sleep(MINUTE_MS).then(() => stop.abort(new HarnessError('terminated', 'Stopped by SIGTERM.')))
  const next = usual('signal')
  const end = await watchVirtually({ clock, behaves: () => good(next()), signal: stop.signal })
  expect([end.by, end.state.watchedMs]).toEqual(['signal', MINUTE_MS])
})
