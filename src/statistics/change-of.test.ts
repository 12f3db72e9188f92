import { expect, test } from 'vitest'
import { createRandom, normal } from '../random.ts'
import { changeOf } from './change-of.ts'
import { shapesOf, valueAt } from './segment-cost.ts'
import { about } from './segmentation.ts'

const random = createRandom('change-of')
const STARTS = [20, 45]
/** Three levels, the last with a slope, about 5. */
const drawn = () =>
  Float64Array.from(
    { length: 70 },
    (_, i) => 5 + (i < 20 ? 0 : i < 45 ? 1.5 : 0.5 + (i - 45) / 30) + 0.6 * normal(random),
  )

/** Variance of what a fit says at its last place, of independent values of variance 1. */
const atEnd = (length: number, isLine: boolean) => {
  const places = Array.from({ length }, (_, i) => i - (length - 1) / 2)
  const spread = places.reduce((sum, one) => sum + one ** 2, 0)
  return 1 / length + (isLine ? (places.at(-1) as number) ** 2 / spread : 0)
}

test('the change goes from the end of one segment to the end of the next, give or take 1.96 of its standard error', () => {
  for (let i = 0; i < 10; i++) {
    const values = drawn()
    for (const shape of Object.values(shapesOf(values)))
      for (const at of [1, 2]) {
        const found = about(values, shape, STARTS)
        const [from, to, end] = [[0, ...STARTS][at - 1], [...STARTS, 70][at - 1], [...STARTS, 70][at]] as [
          number,
          number,
          number,
        ]
        const [before, after] = [valueAt(shape.fit(from, to), to - 1), valueAt(shape.fit(to, end), end - 1)]
        const isLine = shape.parameters === 2
        const error = Math.sqrt(found.noise.variance * (atEnd(to - from, isLine) + atEnd(end - to, isLine)))
        const reach = 1.959963984540054 * error
        expect(changeOf(found, at, false)).toMatchObject({
          ...{ index: to, before, after },
          effect: expect.closeTo((after - before) / before, 9),
          low: expect.closeTo((after - before - reach) / before, 9),
          high: expect.closeTo((after - before + reach) / before, 9),
        })
        expect(changeOf(found, at, true)).toMatchObject({
          ...{ index: to, before: Math.exp(before), after: Math.exp(after) },
          effect: expect.closeTo(Math.exp(after - before) - 1, 9),
          low: expect.closeTo(Math.exp(after - before - reach) - 1, 9),
          high: expect.closeTo(Math.exp(after - before + reach) - 1, 9),
        })
      }
  }
})

test('its place is where the likelihood ratio is below 7.35, as far as both segments go', () => {
  for (let i = 0; i < 10; i++) {
    const values = drawn()
    for (const shape of Object.values(shapesOf(values))) {
      const found = about(values, shape, STARTS)
      const squares = (place: number) => shape.cost(0, place) + shape.cost(place, 45)
      // x with (1 − e^(−x/2))² = .95.
      const most = squares(20) + 7.351886 * found.noise.variance
      const places = Array.from({ length: 45 }, (_, place) => place)
        .slice(shape.parameters, 45 - shape.parameters + 1)
        .filter((place) => squares(place) <= most)
      expect(changeOf(found, 1, false).interval).toEqual([places[0], places.at(-1)])
    }
  }
})

test('noise that hides the place leaves every place at which both sides have enough values', () => {
  const values = Float64Array.from({ length: 12 }, (_, i) => (i % 2 ? 1 : -1) * (1 + i / 100))
  for (const shape of Object.values(shapesOf(values)))
    expect(changeOf(about(values, shape, [6]), 1, false).interval).toEqual([
      shape.parameters,
      12 - shape.parameters,
    ])
})

const exact = (length: number, level: (i: number) => number) =>
  Float64Array.from({ length }, (_, i) => level(i))

test('it is a step where the jump is at least what either line moves, else a ramp', () => {
  const kindOf = (level: (i: number) => number) => {
    const values = exact(20, level)
    return changeOf(about(values, shapesOf(values).lines, [10]), 1, false).kind
  }
  // A line of ten values with a slope of 1 moves by 9.
  expect(kindOf((i) => (i < 10 ? i : i + 12))).toBe('step')
  expect(kindOf((i) => (i < 10 ? i : i + 4))).toBe('ramp')
  expect(kindOf((i) => (i < 10 ? -i : -3))).toBe('ramp')
  expect(kindOf((i) => (i < 10 ? 0 : -i))).toBe('step')
  expect(kindOf((i) => (i < 10 ? 0 : 10 - i))).toBe('ramp')
})

test('a level of 0 is 0 whatever the sums leave of it, and a change from 0 has no share', () => {
  const values = exact(20, (i) => (i < 10 ? ([0.1, 0.2, -0.3][i % 3] as number) : 7)).map((one, i) =>
    i === 9 ? 0 : one,
  )
  const { levels } = shapesOf(values)
  const found = about(values, levels, [10])
  expect(Math.abs(found.segments[0]?.level ?? 1)).toBeGreaterThan(0)
  expect(changeOf(found, 1, false)).toMatchObject({ before: 0, after: 7, effect: Number.POSITIVE_INFINITY })
  const back = about(values.toReversed(), shapesOf(values.toReversed()).levels, [10])
  expect(changeOf(back, 1, false)).toMatchObject({ before: 7, after: 0, effect: -1 })
})

test('the rounding that is left grows with the change, and two equal levels are no ramp', () => {
  const values = exact(20, (i) => (i < 10 ? 1e6 * ([0.1, 0.2, -0.3][i % 3] as number) : 7e6)).with(9, 0)
  expect(changeOf(about(values, shapesOf(values).levels, [10]), 1, false).before).toBe(0)
  const equal = exact(20, () => 7)
  expect(changeOf(about(equal, shapesOf(equal).levels, [10]), 1, false)).toMatchObject({
    kind: 'step',
    effect: 0,
  })
})

test('a level below 0 that rises has risen', () => {
  const values = exact(20, (i) => (i < 10 ? -4 : -2))
  expect(changeOf(about(values, shapesOf(values).levels, [10]), 1, false).effect).toBe(0.5)
})
