import { expect, test } from 'vitest'
import { createRandom, normal } from '../../random.ts'
import type { StepOutcome } from '../../records/index.ts'
import { type Found, type Searching, type SearchOptions, searchLevels } from './search.ts'

const RATES: SearchOptions = {
  ...{ isWhole: false, start: 1, least: 0.1, most: 1_000, resolution: 0.05, maxSteps: 32 },
}

type Measure = (level: number, isLonger: boolean, place: number) => Partial<StepOutcome>

function run(searching: Searching, measure: Measure): Found {
  for (let next = searching.next(); ; ) {
    if (next.done) return next.value
    const { level, isLonger, place } = next.value
    const seen = {
      outcome: 'held',
      reason: `at ${level}`,
      figures: {},
      ...measure(level, isLonger, place),
    } as const
    next = searching.next(seen)
  }
}

/** Its latency is a hockey stick: 100 ms idle, without bound at its capacity; each step sees it with some noise. */
function service(capacity: number, seed: number, noise = 0.05): Measure {
  const random = createRandom(seed)
  return (level) => {
    const load = (level * (1 + noise * normal(random))) / capacity
    const ttftMs = load < 1 ? 100 / (1 - load) : Number.POSITIVE_INFINITY
    return { outcome: ttftMs <= 500 ? 'held' : 'broken', limit: 'steady.ttftMsP99' }
  }
}

test('the highest rate is found within the resolution and the noise of the service, in at least 95 % of seeds', () => {
  const good = Array.from({ length: 400 }, (_, seed) => {
    const capacity = 0.5 * 2 ** (createRandom(`capacity ${seed}`).next() * 10)
    const { held, broken, end, steps } = run(searchLevels(RATES), service(capacity, seed, 0.02))
    const [low = 0, high = Number.NaN] = [held?.level, broken?.level]
    // Limit 500 ms of 100 ms idle: it holds up to 80 % of the capacity.
    const [miss, within] = [
      Math.abs(low / (0.8 * capacity) - 1),
      Number(/within (\d+) %/.exec(end.reason)?.[1]) / 100,
    ]
    return high / low <= 1 + within && miss <= within + 0.02 && within <= 0.1 && steps.length <= 24
  })
  expect(good.filter(Boolean).length / good.length).toBeGreaterThanOrEqual(0.95)
})

test('a service that varies more than the resolution ends the search all the same, and the border is known less closely', () => {
  const ends = Array.from({ length: 100 }, (_, seed) => run(searchLevels(RATES), service(50, seed, 0.15)))
  expect(ends.filter(({ end }) => end.by === 'steps').length).toBeLessThanOrEqual(2)
  expect(
    ends.filter(({ end }) => /no closer: steps at one level disagreed/.test(end.reason)).length,
  ).toBeGreaterThan(20)
})

test('without noise both ends of the last gap are confirmed and hold the border between them', () => {
  const { held, broken, end } = run(searchLevels(RATES), service(100, 1, 0))
  expect(end.by).toBe('resolved')
  expect(held?.level).toBeLessThanOrEqual(80)
  expect(broken?.level).toBeGreaterThan(80)
  expect((broken?.level ?? 0) / (held?.level ?? 1)).toBeLessThanOrEqual(1.05)
  expect([held?.agreed, held?.steps, broken?.agreed]).toEqual([2, 2, 2])
  expect(broken?.limit).toBe('steady.ttftMsP99')
})

test('concurrencies are whole numbers, and neighbours end the search', () => {
  const { held, broken, steps } = run(searchLevels({ ...RATES, isWhole: true, least: 1 }), (level) => ({
    outcome: level <= 11 ? 'held' : 'broken',
  }))
  expect([held?.level, broken?.level]).toEqual([11, 12])
  expect(steps.every(({ level }) => Number.isInteger(level))).toBe(true)
})

test('a service that never holds is tried down to the lowest level, twice there', () => {
  const { held, broken, end, steps } = run(searchLevels(RATES), () => ({
    outcome: 'broken',
    limit: 'errors',
  }))
  expect(held).toBeUndefined()
  expect(end.by).toBe('never-held')
  expect(broken).toMatchObject({ level: 0.1, agreed: 2, limit: 'errors' })
  expect(steps.map(({ level }) => level)).toEqual([1, 0.5, 0.25, 0.125, 0.1, 0.1])
})

test('a service that always holds ends at the highest level that may be tried, with no level that broke', () => {
  const { held, broken, end } = run(searchLevels({ ...RATES, most: 50 }), () => ({}))
  expect([held?.level, broken, end.by]).toEqual([50, undefined, 'always-held'])
})

test('one hiccup while doubling does not hide what the service can do', () => {
  const { held } = run(searchLevels(RATES), (level, _, place) => ({
    outcome: place === 4 || level > 60 ? 'broken' : 'held',
  }))
  expect(held?.level).toBeGreaterThan(55)
})

test('a level that cannot tell is repeated once and longer; below it the search goes on', () => {
  const longer: number[] = []
  const { held, broken, end } = run(searchLevels(RATES), (level, isLonger) => {
    if (isLonger) longer.push(level)
    return level > 20 ? { outcome: 'broken' } : level > 15 ? { outcome: 'unknown' } : {}
  })
  expect(longer[0]).toBe(16)
  expect(held?.level).toBeGreaterThan(14)
  expect(held?.level).toBeLessThanOrEqual(15)
  expect(end).toEqual({
    by: 'resolved',
    reason: expect.stringMatching(/^at 15\.\d+ it is not known whether/),
  })
  expect(broken).toBeUndefined()
})

test('low rates that have too few answers to tell do not stop the doubling', () => {
  const { held, steps } = run(searchLevels(RATES), (level, isLonger) => {
    if (level < 10 && !isLonger) return { outcome: 'unknown', leansToHeld: true }
    return { outcome: level <= 40 ? 'held' : 'broken' }
  })
  expect(steps.slice(0, 5).map(({ level }) => level)).toEqual([1, 2, 4, 8, 16])
  expect(held?.level).toBeGreaterThan(38)
})

test('a client that cannot send a level is tried twice and ends the search with what is known', () => {
  const { held, end, steps } = run(searchLevels(RATES), (level) =>
    level > 30 ? { outcome: 'invalid', reason: 'generator saturated' } : {},
  )
  expect(held?.level).toBe(16)
  expect(end).toEqual({ by: 'invalid', reason: 'generator saturated' })
  expect(steps.slice(-2).map(({ level }) => level)).toEqual([32, 32])
})

test('a step that was stopped ends the search, and so do all steps that are allowed', () => {
  const stopped = run(searchLevels(RATES), (_, __, place) => (place === 3 ? { outcome: 'stopped' } : {}))
  expect([stopped.end.by, stopped.steps.length, stopped.held?.level]).toEqual(['stopped', 3, 2])
  const spent = run(searchLevels({ ...RATES, maxSteps: 5 }), () => ({}))
  expect([spent.end.by, spent.steps.length]).toEqual(['steps', 5])
})
