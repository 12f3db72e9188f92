import { expect, test } from 'vitest'
import type { LoadClient } from '../client/index.ts'
import type { Clock } from '../clock.ts'
import type { LoadAnswer } from '../records/index.ts'
import { LiveLoad } from './live-load.ts'
import { sample } from './testing/small-run.ts'

function stage() {
  const time = { ms: 0 }
  const clock: Clock = { monotonicMs: () => time.ms, now: () => new Date(time.ms), sleep: async () => {} }
  const live = new LiveLoad(clock, { durationMs: 20_000 })
  return { time, live }
}

test('it says the figures of the last five seconds, what failed so far and what is left', () => {
  const { time, live } = stage()
  for (let i = 0; i < 200; i++) {
    time.ms += 50
    live.add({ ...sample(i), ttftMs: i < 100 ? 900 : 30, ...(i === 3 && { outcome: 'timeout' }) })
  }
  expect(live.text()).toBe('ttft p50 30 ms, p99 30 ms; 20.2 requests/s; 1 failed; 10 s left')
  time.ms = 20_500
  expect(live.text()).toBe('0.0 requests/s; 1 failed; the last answers are awaited')
})

test('without a stream it says how long answers take', () => {
  const { time, live } = stage()
  time.ms = 1_000
  live.add(sample(0))
  expect(live.text()).toBe('e2e p50 5 ms, p99 5 ms; 1.0 requests/s; 0 failed; 19 s left')
})

test('requests in flight are those that were sent and are not answered', async () => {
  const { live } = stage()
  const answer = Promise.withResolvers<LoadAnswer>()
  const { send } = live.counting({ send: () => answer.promise } as unknown as LoadClient)
  expect(live.text()).toContain('0 in flight')
  const sent = send({ operation: 'chat', body: '', isStreamed: true, headers: {}, hasTags: false })
  expect(live.text()).toContain('1 in flight')
  answer.resolve({ sentAtMs: 0, e2eMs: 1, chunkAtMs: [], reads: 1, bytes: 1, events: 0, text: '' })
  await sent
  expect(live.text()).toContain('0 in flight')
})
