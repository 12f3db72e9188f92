import { expect, test } from 'vitest'
import type { Sample } from '../../../../records/index.ts'
import { LOAD, steadySamples } from '../../../../verdict/testing/load-samples.ts'
import { courseOf } from './course.ts'

const total = (spans: ReturnType<typeof courseOf>, of: 'sent' | 'completed' | 'failed' | 'turnedAway') =>
  spans.reduce((sum, span) => sum + span[of], 0)

test('each request is sent in one span and ends in one, whatever became of it', () => {
  const samples = steadySamples(400, (index): Partial<Sample> => {
    if (index % 100 === 7) return { outcome: 'timeout' }
    return index % 50 === 3 ? { outcome: 'http-status', turnedAway: {} } : {}
  })
  const spans = courseOf(samples, LOAD, 40)
  expect(spans.length).toBeLessThanOrEqual(41)
  expect(total(spans, 'sent')).toBe(400)
  expect([total(spans, 'completed'), total(spans, 'failed'), total(spans, 'turnedAway')]).toEqual([388, 4, 8])
})

test('what is in flight is rate times duration, and its most is what overlaps', () => {
  // A request each 50 ms, each 362 ms long: 7.24 of them at a time.
  const spans = courseOf(steadySamples(400), LOAD, 40)
  for (const span of spans.slice(2, -3)) {
    expect(span.inFlight).toBeCloseTo(7.24, 1)
    expect(span.inFlightMost).toBe(8)
  }
})

test('a request that outlasts the load ends in the last span', () => {
  const [span] = courseOf(
    steadySamples(1, () => ({ e2eMs: 60_000 })),
    LOAD,
    40,
  ).slice(-1)
  expect(span).toMatchObject({ completed: 1, inFlightMost: 1 })
})
