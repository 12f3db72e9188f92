import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Shape, shapesOf, spreadOf, valueAt } from './segment-cost.ts'

const SQUARES = Float64Array.of(0, 1, 4, 9, 16, 25)

test('levels and lines of NumPy: mean, polyfit(arange(k), v, 1) and Σ of squares about them', () => {
  const { levels, lines } = shapesOf(SQUARES)
  expect(levels.fit(0, 6)).toEqual({ from: 0, to: 6, level: expect.closeTo(55 / 6, 12), slope: 0 })
  expect(levels.cost(0, 6)).toBeCloseTo(979 - 55 ** 2 / 6, 10)
  // polyfit(arange(6), arange(6)**2, 1) is 5 x − 10/3; of the last four 7 x + 3 from 4 on, each time about the middle.
  expect(lines.fit(0, 6)).toEqual({
    ...{ from: 0, to: 6, level: expect.closeTo(55 / 6, 12), slope: expect.closeTo(5, 12) },
  })
  expect(lines.cost(0, 6)).toBeCloseTo(112 / 3, 10)
  expect(lines.fit(2, 6)).toEqual({
    ...{ from: 2, to: 6, level: expect.closeTo(13.5, 12), slope: expect.closeTo(7, 12) },
  })
  expect(lines.cost(2, 6)).toBeCloseTo(4, 10)
  expect([levels.parameters, lines.parameters]).toEqual([1, 2])
})

const series = fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 3, maxLength: 30 })
const drawn = series.chain((values) =>
  fc.record({
    values: fc.constant(values),
    from: fc.integer({ min: 0, max: values.length - 2 }),
    length: fc.integer({ min: 1, max: values.length }),
  }),
)
const aboutFit = (shape: Shape, values: readonly number[], from: number, to: number, off = 0, tilt = 0) => {
  const fitted = shape.fit(from, to)
  const other = { ...fitted, level: fitted.level + off, slope: fitted.slope + tilt }
  return values.slice(from, to).reduce((sum, one, i) => sum + (one - valueAt(other, from + i)) ** 2, 0)
}

test('a cost is the sum of squares about the fit, and nothing beside the fit costs less', () => {
  fc.assert(
    fc.property(drawn, ({ values, from, length }) => {
      const to = Math.min(values.length, from + length)
      const shapes = shapesOf(Float64Array.from(values))
      for (const shape of Object.values(shapes)) {
        expect(shape.cost(from, to)).toBeCloseTo(aboutFit(shape, values, from, to), 6)
        for (const off of [-0.5, 0.5])
          expect(aboutFit(shape, values, from, to, off)).toBeGreaterThan(shape.cost(from, to))
      }
      for (const tilt of [-0.1, 0.1])
        if (to - from > 1)
          expect(aboutFit(shapes.lines, values, from, to, 0, tilt)).toBeGreaterThan(
            shapes.lines.cost(from, to),
          )
    }),
    { seed: 12, numRuns: 200 },
  )
})

test('the costs of many stretches are those of each alone, and no more are told than are asked for', () => {
  for (const shape of Object.values(shapesOf(SQUARES))) {
    const into = new Float64Array(4).fill(-1)
    shape.costs(Int32Array.of(0, 2, 4, 1), 3, 6, into)
    expect([...into]).toEqual([shape.cost(0, 6), shape.cost(2, 6), shape.cost(4, 6), -1])
  }
})

test('one value has no slope, and a large level loses no digit of a small cost', () => {
  const { levels, lines } = shapesOf(SQUARES)
  const alone = lines.fit(3, 4)
  expect(alone).toMatchObject({ from: 3, to: 4, level: 9 })
  expect(Math.abs(alone.slope)).toBe(0)
  expect(lines.cost(3, 4)).toBeCloseTo(0, 12)
  const high = shapesOf(SQUARES.map((value) => value + 1e9))
  expect(high.levels.cost(0, 6)).toBeCloseTo(levels.cost(0, 6), 4)
  expect(high.lines.cost(0, 6)).toBeCloseTo(lines.cost(0, 6), 4)
})

test('the spread of places is Σ (i − middle)², and a line is its level in the middle', () => {
  expect([1, 2, 3, 4, 5].map(spreadOf)).toEqual([0, 0.5, 2, 5, 10])
  const line = { from: 10, to: 15, level: 7, slope: 2 }
  expect([10, 12, 14, 20].map((place) => valueAt(line, place))).toEqual([3, 7, 11, 23])
})
