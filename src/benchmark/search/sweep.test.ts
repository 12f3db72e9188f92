import { expect, test } from 'vitest'
import { createRandom, exponential } from '../../random.ts'
import type { StepOutcome } from '../../records/index.ts'
import { kneeOf } from './knee.ts'
import { saturationOf } from './saturation.ts'
import { sweepLevels } from './sweep.ts'

function run(levels: readonly number[], measure: (level: number) => Partial<StepOutcome>) {
  const sweeping = sweepLevels(levels)
  for (let next = sweeping.next(); ; ) {
    if (next.done) return next.value
    const { level } = next.value
    next = sweeping.next({ outcome: 'held', reason: 'kept', figures: {}, ...measure(level) })
  }
}

/** Answers at most 100 requests a second. */
const rateAt = (level: number) => ({ figures: { requestsPerSecond: Math.min(level * 10, 100) } })

test('a sweep sends each level once and names the knee', () => {
  const found = run([1, 2, 4, 8, 16, 32, 64], rateAt)
  expect(found.steps.map(({ level, scenario }) => [level, scenario])).toHaveLength(7)
  expect(found.end.by).toBe('all-sent')
  expect(found.knee?.level).toBe(16)
})

test('a saturated level ends a sweep, and what held below it is what held', () => {
  const found = run([10, 20, 40, 80], (level) =>
    level < 40 ? {} : { outcome: 'broken', limit: 'saturated', reason: '40 due, 25 answered' },
  )
  expect(found.end).toEqual({
    by: 'saturated',
    reason: 'at 40 the target is saturated, so the 1 levels after it were not sent',
  })
  expect([found.held?.level, found.broken?.level, found.broken?.reason]).toEqual([
    20,
    40,
    '40 due, 25 answered',
  ])
})

test('there is no knee where the rate grows in proportion, where it does not grow, and in three levels', () => {
  const line = [1, 2, 4, 8].map((level) => ({ level, rate: 10 * level }))
  expect(kneeOf(line)).toEqual({ reason: expect.stringContaining('grows with each level up to 8') })
  expect(kneeOf(line.map(({ level }) => ({ level, rate: 5 })))).toEqual({
    reason: 'no level answers more than the first, 5 requests/s',
  })
  expect(kneeOf(line.slice(1))).toEqual({ reason: 'a knee needs 4 levels, there were 3' })
})

/** Poisson arrivals to one queue with so many servers, each answer of a fixed time. */
function queue({
  rate,
  servers,
  tookMs,
  seed,
}: {
  rate: number
  servers: number
  tookMs: number
  seed: number
}) {
  const random = createRandom(seed)
  const free = Array.from({ length: servers }, () => 0)
  const samples: { sentAtMs: number; dueAtMs: number; e2eMs: number }[] = []
  for (let at = 0; at < 20_000; at += (1_000 / rate) * exponential(random)) {
    const server = free.indexOf(Math.min(...free))
    const endMs = Math.max(at, free[server] ?? 0) + tookMs
    free[server] = endMs
    samples.push({ sentAtMs: at, dueAtMs: at, e2eMs: endMs - at })
  }
  return samples
}

const seeds = Array.from({ length: 50 }, (_, seed) => seed)

test('a queue that gets more than it can answer is saturated, with the figures; one with room is not', () => {
  // Four servers of 100 ms answer 40 requests a second.
  const at = (rate: number) =>
    seeds.map((seed) => saturationOf(queue({ rate, servers: 4, tookMs: 100, seed }))).filter(Boolean)
  expect(at(20)).toEqual([])
  expect(at(32).length).toBeLessThanOrEqual(1)
  expect(at(60)).toHaveLength(seeds.length)
  expect(at(200)).toHaveLength(seeds.length)
  expect(at(60)[0]).toMatch(
    /requests\/s were due and .* were answered, while those in flight grew from \d+ to \d+/,
  )
})

test('answers as long as the load itself tell nothing of saturation', () => {
  expect(saturationOf(queue({ rate: 20, servers: 1_000, tookMs: 15_000, seed: 1 }))).toBeUndefined()
})
