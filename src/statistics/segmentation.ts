import { type LongRun, longRunVariance, longRunVarianceOfDifferences } from './long-run-variance.ts'
import { segmentStarts } from './pelt.ts'
import { type Segment, type Shape, shapesOf, valueAt } from './segment-cost.ts'

export type Segmentation = {
  readonly shape: Shape
  readonly segments: readonly Segment[]
  readonly noise: LongRun
}

export type PenaltyOptions = {
  /** The penalty of one more level: this · ln max(n, 365) · the long-run variance. */
  readonly penalty?: number
  /** The same of one more line. */
  readonly linePenalty?: number
  /** The fewest values of a segment. */
  readonly minSegment?: number
}

/**
 * A series as levels or as lines, whichever explains it better by BIC (Schwarz 1978, "Estimating the Dimension of a Model", Ann. Statist. 6(2)):
 * a step is two levels, a ramp is a line between them. n · ln(innovation variance) + parameters · ln n, where each segment has its
 * start beside its level, and a line its slope.
 *
 * Lines are asked for only where levels leave something open: a change, or noise so correlated that it could be a drift.
 */
export function segmentation(values: Float64Array, options: PenaltyOptions = {}): Segmentation {
  const { penalty = 4, linePenalty = 5, minSegment = 5 } = options
  const { levels, lines } = shapesOf(values)
  const first = longRunVarianceOfDifferences(values)
  const steps = fitted(values, levels, { penalty, minSegment, first })
  if (steps.segments.length === 1 && steps.noise.correlation < DRIFTING) return steps
  const ramps = fitted(values, lines, { penalty: linePenalty, minSegment, first })
  return criterion(ramps, values.length) < criterion(steps, values.length) ? ramps : steps
}

/** A slow ramp that is taken for noise is at least so correlated. */
const DRIFTING = 0.5

/** Of both shapes alike the first segment has no start: left out. */
const criterion = ({ shape, segments, noise }: Segmentation, n: number): number =>
  n * Math.log(noise.innovation) + (shape.parameters + 1) * segments.length * Math.log(n)

/** Found with the noise that differences show, then twice more with the noise about what was found. */
function fitted(values: Float64Array, shape: Shape, { penalty, minSegment, first }: Fitting): Segmentation {
  const n = values.length
  // Equal values but for rounding: what is below its border is no noise, and no level either.
  const least = shape.cost(0, n) * ROUNDING
  const priceOf = (noise: LongRun) =>
    penalty * Math.log(Math.max(n, A_YEAR)) * Math.max(least, noise.variance)
  const foundAt = (price: number) => about(values, shape, segmentStarts(shape, n, price, minSegment))
  let paid = priceOf(first)
  let found = foundAt(paid)
  for (let fit = 1; fit < FITS; fit++) {
    const asked = priceOf(found.noise)
    // What is found does not grow with the price, so nothing stays nothing; and the same price finds the same.
    const price = found.segments.length === 1 ? Math.min(paid, asked) : asked
    if (price === paid) break
    found = foundAt(price)
    paid = price
  }
  return found
}

type Fitting = { readonly penalty: number; readonly minSegment: number; readonly first: LongRun }

const FITS = 3
/** The noise of a short series is told poorly, and too small where a chance run was taken for a level: it pays as much as a year of nights. */
const A_YEAR = 365
const ROUNDING = 1e-9

/** These segments with what the values are about them. */
export function about(values: Float64Array, shape: Shape, starts: readonly number[]): Segmentation {
  const borders = [0, ...starts, values.length]
  const segments = starts.concat(values.length).map((to, i) => shape.fit(borders[i] as number, to))
  const residuals = new Float64Array(values.length)
  for (const segment of segments)
    for (let i = segment.from; i < segment.to; i++) residuals[i] = (values[i] as number) - valueAt(segment, i)
  return { shape, segments, noise: longRunVariance(residuals, shape.parameters * segments.length) }
}
