import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom, normal } from '../random.ts'
import type { ChangePoint } from '../records/index.ts'
import { changePoints } from './index.ts'

/** Nights of a level of 100 and a deviation of 3 %. */
const nights = (n: number, seed: string, correlation = 0): number[] => {
  const random = createRandom(seed)
  let last = normal(random)
  return Array.from({ length: n }, () => {
    last = correlation * last + Math.sqrt(1 - correlation ** 2) * normal(random)
    return 100 * Math.exp(0.03 * last)
  })
}
const stepped = (values: readonly number[], from: number, factor = 1.1) =>
  values.map((value, i) => (i < from ? value : value * factor))

const places = (changes: readonly ChangePoint[]) => changes.map(({ index }) => index)
const count = <T>(of: readonly T[], holds: (one: T) => boolean) => of.filter(holds).length

test('a step of 10 % is found five nights after it, with the levels on both sides', () => {
  const [change, ...others] = changePoints(stepped(nights(125, 'step'), 120))
  expect(others).toEqual([])
  expect(change).toMatchObject({
    kind: 'step',
    before: expect.closeTo(100, -1),
    after: expect.closeTo(110, -1),
  })
  expect(Math.abs((change?.index ?? 0) - 120)).toBeLessThanOrEqual(2)
})

test('a quiet year has no change point, nor have equal values, few or none', () => {
  expect(changePoints(nights(365, 'quiet'))).toEqual([])
  for (const n of [0, 1, 2, 5, 29, 30, 365]) expect(changePoints(Array(n).fill(0.1))).toEqual([])
  expect(() => changePoints([1, Number.NaN])).toThrow(/NaN/)
})

test('below 30 values a move is told by four of them, from 30 on a level has five', () => {
  const moved = (n: number) =>
    Array.from({ length: n }, (_, i) => ([0, 1, 0.2, 0.8, 0.5][i % 5] as number) + (i >= n - 4 ? 30 : 0))
  expect(places(changePoints(moved(29)))).toEqual([25])
  expect(places(changePoints(moved(30)))).not.toContain(26)
})

test('levels without any noise are found exactly, however small the step', () => {
  const levels = (first: number, second: number, third: number) =>
    Array.from({ length: 90 }, (_, i) => (i < 30 ? first : i < 61 ? second : third))
  expect(places(changePoints(levels(0, 1, 0)))).toEqual([30, 61])
  expect(places(changePoints(levels(1_000_000, 1_000_001, 1_000_020)))).toEqual([30, 61])
  expect(changePoints(levels(0, 1, 1))[0]?.effect).toBe(Number.POSITIVE_INFINITY)
})

test('a slow ramp is told from a step, with where it begins and ends', () => {
  const ramp = nights(300, 'ramp').map(
    (value, i) => value * (1 + 0.2 * Math.min(1, Math.max(0, (i - 100) / 80))),
  )
  const changes = changePoints(ramp)
  expect(changes.map(({ kind }) => kind)).toEqual(['ramp', 'ramp'])
  expect(Math.abs((changes[0]?.index ?? 0) - 100)).toBeLessThan(15)
  expect(Math.abs((changes[1]?.index ?? 0) - 180)).toBeLessThan(25)
  expect(changes[0]?.effect).toBeCloseTo(0.2, 1)
  expect(Math.abs(changes[1]?.effect ?? 1)).toBeLessThan(0.03)
})

test('spikes, a weekly cycle and two hosts are no change, and hide none', () => {
  const random = createRandom('disturbed')
  const kinds = {
    spikes: () => (random.next() < 0.05 ? 1.5 : 1),
    week: (i: number) => (i % 7 >= 5 ? 1.05 : 1),
    hosts: () => (random.next() < 0.5 ? 1.05 : 1),
  }
  for (const [name, factor] of Object.entries(kinds)) {
    const year = nights(365, name).map((value, i) => value * factor(i))
    expect(changePoints(year), name).toEqual([])
    const [change, ...others] = changePoints(stepped(year, 200))
    expect(others, name).toEqual([])
    expect(Math.abs((change?.index ?? 0) - 200), name).toBeLessThanOrEqual(3)
  }
})

const series = fc.record({
  seed: fc.integer(),
  n: fc.integer({ min: 30, max: 120 }),
  steps: fc.array(
    fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), by: fc.integer({ min: -4, max: 4 }) }),
    { maxLength: 3 },
  ),
})
const valuesOf = ({
  seed,
  n,
  steps,
}: {
  seed: number
  n: number
  steps: readonly { at: number; by: number }[]
}) => {
  const random = createRandom(seed)
  return Array.from({ length: n }, (_, i) =>
    steps.reduce((sum, { at, by }) => sum + (i >= at * n ? by : 0), normal(random)),
  )
}

test('the unit does not matter: shift and scale of amounts, a factor of ratios', () => {
  fc.assert(
    fc.property(series, (drawn) => {
      const values = valuesOf(drawn)
      const found = places(changePoints(values))
      // About 0 they are amounts, and stay so.
      expect(places(changePoints(values.map((value) => 8 * value - 1024)))).toEqual(found)
      expect(places(changePoints(values.map((value) => -value)))).toEqual(found)
      const ratios = values.map((value) => Math.exp(value / 4))
      expect(places(changePoints(ratios.map((value) => value * 1024)))).toEqual(places(changePoints(ratios)))
    }),
    { seed: 12, numRuns: 60 },
  )
})

test('backwards it has the same changes at the mirrored places', () => {
  fc.assert(
    fc.property(series, (drawn) => {
      const values = valuesOf(drawn)
      const mirrored = places(changePoints(values.toReversed())).map((index) => values.length - index)
      expect(mirrored.reverse()).toEqual(places(changePoints(values)))
    }),
    { seed: 12, numRuns: 60 },
  )
})

test('every change is inside its interval, oldest first, at least five values from the next and the ends', () => {
  fc.assert(
    fc.property(series, (drawn) => {
      const values = valuesOf(drawn)
      const changes = changePoints(values)
      const borders = [0, ...places(changes), values.length]
      borders.slice(1).forEach((to, i) => {
        expect(to - (borders[i] as number)).toBeGreaterThanOrEqual(5)
      })
      for (const { index, interval, effect, low, high } of changes) {
        expect(interval[0] <= index && index <= interval[1]).toBe(true)
        expect(low <= effect && effect <= high).toBe(true)
      }
    }),
    { seed: 13, numRuns: 60 },
  )
})

test('the 95 % intervals of place and of effect hold the truth in 95 of 100 series, less the chance of 400', () => {
  const found = Array.from({ length: 400 }, (_, i) => {
    const changes = changePoints(stepped(nights(200, `interval ${i}`, i % 2 ? 0.3 : 0), 110, 1.05))
    return changes.length === 1 ? changes[0] : undefined
  }).filter((one) => one !== undefined)
  expect(found.length).toBeGreaterThan(350)
  const placed = count(found, ({ interval: [from, to] }) => from <= 110 && 110 <= to)
  const sized = count(found, ({ low, high }) => low <= 0.05 && 0.05 <= high)
  expect(placed / found.length).toBeGreaterThan(0.92)
  expect(sized / found.length).toBeGreaterThan(0.92)
})

test('of 300 quiet years of AR(1) 0.3 at most 1 % show a change, of 0.6 at most 2 %', () => {
  for (const [correlation, most] of [
    [0.3, 3],
    [0.6, 6],
  ] as const) {
    const years = Array.from({ length: 300 }, (_, i) => nights(365, `quiet ${correlation} ${i}`, correlation))
    expect(count(years, (year) => changePoints(year).length > 0)).toBeLessThanOrEqual(most)
  }
})
