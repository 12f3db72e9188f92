import { expect, test } from 'vitest'
import { createRandom, normal } from '../random.ts'
import { longRunVariance, longRunVarianceOfDifferences } from './long-run-variance.ts'
import { segmentStarts } from './pelt.ts'
import { type Shape, shapesOf, valueAt } from './segment-cost.ts'
import { about, type PenaltyOptions, type Segmentation, segmentation } from './segmentation.ts'

const startsOf = ({ segments }: Segmentation) => segments.slice(1).map(({ from }) => from)
const random = createRandom('segmentation')

/** AR(1) noise about levels that step and lines that turn, as chance has it. */
function drawn(): Float64Array {
  const n = random.integer(30, 160)
  const correlation = random.pick([0, 0.3, 0.7])
  const turns = Array.from({ length: random.integer(0, 3) }, () => ({
    at: random.integer(5, n - 5),
    by: random.pick([0, 1, 2, 4, -3]),
    slope: random.pick([0, 0, 0.1, -0.2]),
  }))
  let noise = normal(random)
  return Float64Array.from({ length: n }, (_, i) => {
    noise = correlation * noise + Math.sqrt(1 - correlation ** 2) * normal(random)
    return turns.reduce((sum, { at, by, slope }) => (i < at ? sum : sum + by + slope * (i - at)), noise)
  })
}
const ALL = Array.from({ length: 90 }, drawn)

/** Three fits in a row, none left out. */
function fitted(values: Float64Array, shape: Shape, penalty: number, minSegment: number): Segmentation {
  let found = about(values, shape, [])
  let { variance } = longRunVarianceOfDifferences(values)
  for (let fit = 0; fit < 3; fit++) {
    const price = penalty * Math.log(Math.max(values.length, 365)) * variance
    found = about(values, shape, segmentStarts(shape, values.length, price, minSegment))
    variance = found.noise.variance
  }
  return found
}

/** Both shapes, always; the one with the smaller criterion of Schwarz: of m levels 2 m − 1 numbers, of m lines 3 m − 1. */
function expected(values: Float64Array, options: PenaltyOptions): Segmentation {
  const { penalty = 4, linePenalty = 5, minSegment = 5 } = options
  const { levels, lines } = shapesOf(values)
  const [steps, ramps] = [
    fitted(values, levels, penalty, minSegment),
    fitted(values, lines, linePenalty, minSegment),
  ]
  if (steps.segments.length === 1 && steps.noise.correlation < 0.5) return steps
  const criterion = (one: Segmentation, numbers: number) =>
    values.length * Math.log(one.noise.innovation) + numbers * Math.log(values.length)
  const [asSteps, asRamps] = [
    criterion(steps, 2 * steps.segments.length - 1),
    criterion(ramps, 3 * ramps.segments.length - 1),
  ]
  return asRamps < asSteps ? ramps : steps
}

test.each([
  {},
  { penalty: 1, minSegment: 3 },
  { linePenalty: 2, minSegment: 8 },
  { penalty: 12, linePenalty: 15 },
])('with %j it is what three full fits of both shapes find', (options) => {
  const kinds = { quiet: 0, steps: 0, ramps: 0 }
  for (const values of ALL) {
    const found = segmentation(values, options)
    const { shape, segments, noise } = expected(values, options)
    expect([found.segments, found.noise]).toEqual([segments, noise])
    if (segments.length === 1) kinds.quiet++
    else if (shape.parameters === 1) kinds.steps++
    else kinds.ramps++
  }
  expect(Math.min(...Object.values(kinds))).toBeGreaterThan(3)
})

test('segments are fitted between the starts, and the noise is that of what they leave', () => {
  const values = Float64Array.of(1, 2, 1, 2, 9, 8, 9, 8, 9)
  for (const shape of Object.values(shapesOf(values))) {
    const { segments, noise } = about(values, shape, [4])
    expect(segments).toEqual([shape.fit(0, 4), shape.fit(4, 9)])
    const left = values.map((value, i) => value - valueAt(i < 4 ? shape.fit(0, 4) : shape.fit(4, 9), i))
    expect(noise).toEqual(longRunVariance(left, 2 * shape.parameters))
    expect(about(values, shape, []).segments).toEqual([shape.fit(0, 9)])
  }
})

test('what rounding leaves between equal values is neither noise nor a level', () => {
  const rounded = (i: number) => (i % 2 ? 1e-13 : -1e-13) + (i >= 60 ? 3e-13 : 0)
  const values = Float64Array.from({ length: 80 }, (_, i) => (i < 30 ? 1 : 2) + rounded(i))
  expect(startsOf(segmentation(values))).toEqual([30])
})
