import { expect, test } from 'vitest'
import { createRandom, uniform } from '../../../random.ts'
import { drawnFigure, extremes, onOneAxis } from './downsample.ts'

const random = createRandom(11)
const many = Array.from({ length: 30_000 }, (_, x) => ({ x, y: 10 + uniform(random) }))

test('a single outlier among 30,000 points is drawn, whether above or below the others', () => {
  const points = many.map((point) =>
    point.x === 17_777 ? { ...point, y: 900 } : point.x === 5 ? { ...point, y: 0.1 } : point,
  )
  const drawn = extremes(points, 300)
  expect(drawn.length).toBeLessThanOrEqual(600)
  expect(drawn).toContainEqual({ x: 17_777, y: 900 })
  expect(drawn).toContainEqual({ x: 5, y: 0.1 })
})

test('what is drawn are points that there are, in the order of x', () => {
  const drawn = extremes(many.toReversed(), 300)
  expect(drawn.every(({ x, y }) => many[x]?.y === y)).toBe(true)
  expect(drawn.map(({ x }) => x)).toEqual(drawn.map(({ x }) => x).toSorted((a, b) => a - b))
})

test('few points are all drawn, and points at one moment are, too', () => {
  const few = many.slice(0, 600)
  expect(extremes(few, 300)).toEqual(few)
  const atOnce = Array.from({ length: 10 }, (_, y) => ({ x: 3, y }))
  expect(extremes(atOnce, 2)).toEqual([
    { x: 3, y: 0 },
    { x: 3, y: 9 },
  ])
})

test('sets that share an axis keep their own points', () => {
  expect(onOneAxis([[{ x: 1, y: 5 }], [{ x: 0, y: 6 }], []])).toEqual({
    x: [0, 1],
    series: [
      [null, 5],
      [6, null],
      [null, null],
    ],
  })
})

test('a figure for a drawing has four digits', () => {
  expect([12.345678, 0.00123456, 123_456.7].map(drawnFigure)).toEqual([12.35, 0.001235, 123_500])
})
