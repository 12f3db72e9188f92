import type { ChangePoint } from '../records/index.ts'
import { type Segment, spreadOf, valueAt } from './segment-cost.ts'
import type { Segmentation } from './segmentation.ts'

/**
 * The change between a segment and the one before it. Its effect goes from the last value of the one to the last of the other, as
 * they were fitted: of levels, from level to level. It is a ramp where the lines beside it move more than the jump between them.
 * `isRatio`: the values are logarithms.
 */
export function changeOf(found: Segmentation, at: number, isRatio: boolean): ChangePoint {
  const [left, right] = [found.segments[at - 1] as Segment, found.segments[at] as Segment]
  const [last, end] = [left.to - 1, right.to - 1]
  const [said, reached] = [valueAt(left, last), valueAt(right, end)]
  const tiny = ROUNDING * Math.abs(reached - said)
  const [before, after] = [said, reached].map((level) => (Math.abs(level) < tiny ? 0 : level)) as [
    number,
    number,
  ]
  const jump = Math.abs(valueAt(right, right.from) - valueAt(left, right.from))
  const reach = NORMAL_95 * Math.sqrt(found.noise.variance * (leverage(left, last) + leverage(right, end)))
  const asFraction = isRatio ? Math.expm1 : (change: number) => change / Math.abs(before)
  const inUnit = isRatio ? Math.exp : (value: number) => value
  return {
    index: right.from,
    interval: intervalOf(found, left, right),
    kind: jump >= Math.max(driftOf(left), driftOf(right)) ? 'step' : 'ramp',
    before: inUnit(before),
    after: inUnit(after),
    effect: asFraction(after - before),
    low: asFraction(after - before - reach),
    high: asFraction(after - before + reach),
  }
}

/** A level of 0 comes out of the sums as something like 1e-16. */
const ROUNDING = 1e-12

const NORMAL_95 = 1.959963984540054

/** How far a segment moves from its first to its last value. */
const driftOf = ({ from, to, slope }: Segment): number => Math.abs(slope * (to - from - 1))

/** Variance of a fitted value, in units of the long-run variance: 1/L of a level, of a line more at its ends. */
function leverage({ from, to, slope }: Segment, place: number): number {
  const length = to - from
  return 1 / length + (slope === 0 ? 0 : (place - (from + to - 1) / 2) ** 2 / spreadOf(length))
}

/**
 * From the first to the last place whose likelihood ratio against the best one is below 7.35: the first value at the new level lies in
 * it at 95 % (Eo & Morley 2015, "Likelihood-ratio-based confidence sets for the timing of structural breaks", Quantitative Economics
 * 6(2): the ratio is distributed as (1 − e^(−x/2))²).
 */
function intervalOf({ shape, noise }: Segmentation, left: Segment, right: Segment): [number, number] {
  const squares = (place: number) => shape.cost(left.from, place) + shape.cost(place, right.to)
  const most = squares(right.from) + LIKELIHOOD_RATIO * noise.variance
  let [low, high] = [right.from, right.from]
  for (let place = left.from + shape.parameters; place < low; place++) if (squares(place) <= most) low = place
  for (let place = right.to - shape.parameters; place > high; place--)
    if (squares(place) <= most) high = place
  return [low, high]
}

/** −2 ln(1 − √0.95). */
const LIKELIHOOD_RATIO = -2 * Math.log(1 - Math.sqrt(0.95))
