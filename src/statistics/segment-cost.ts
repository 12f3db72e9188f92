/** A segment as it was fitted: a level, or a line through its middle. */
export type Segment = {
  readonly from: number
  readonly to: number
  /** At the middle, (from + to − 1) / 2. */
  readonly level: number
  /** A value's step to the next; 0 of a level. */
  readonly slope: number
}

/** What fits a stretch of values, and what it costs: Σ of squares about it, of the values from `from` up to and without `to`. */
export type Shape = {
  readonly cost: (from: number, to: number) => number
  /** The costs of many stretches that end at the same place: of the first `count` starts. */
  readonly costs: (starts: Int32Array, count: number, to: number, into: Float64Array) => void
  readonly fit: (from: number, to: number) => Segment
  /** Numbers that describe one segment, beside its start. */
  readonly parameters: number
}

export type Shapes = { readonly levels: Shape; readonly lines: Shape }

/** Constant time a stretch, by prefix sums about the mean of all, so that no digit is lost to a large level. */
export function shapesOf(values: Float64Array): Shapes {
  const sums = prefixSums(values)
  return { levels: levelsOf(sums), lines: linesOf(sums) }
}

function levelsOf({ mean, sums, squares }: PrefixSums): Shape {
  // A division takes as long as all the rest of a cost.
  const shares = Float64Array.from(sums, (_, length) => 1 / length)
  const costs: Shape['costs'] = (starts, count, to, into) => {
    const [sum, square] = [sums[to] as number, squares[to] as number]
    for (let i = 0; i < count; i++) {
      const from = starts[i] as number
      const part = sum - (sums[from] as number)
      into[i] = square - (squares[from] as number) - part * part * (shares[to - from] as number)
    }
  }
  const fit = (from: number, to: number): Segment => {
    const sum = (sums[to] as number) - (sums[from] as number)
    return { from, to, level: mean + sum / (to - from), slope: 0 }
  }
  return { parameters: 1, costs, cost: oneOf(costs), fit }
}

function linesOf({ mean, sums, squares, moments }: PrefixSums): Shape {
  const centre = (sums.length - 2) / 2
  const shares = Float64Array.from(sums, (_, length) => 1 / length)
  const drifts = Float64Array.from(sums, (_, length) => (length > 1 ? 1 / spreadOf(length) : 0))
  /** Σ (i − middle of the stretch) · value. */
  const momentOf = (from: number, to: number, sum: number) =>
    (moments[to] as number) - (moments[from] as number) - ((from + to - 1) / 2 - centre) * sum
  const costs: Shape['costs'] = (starts, count, to, into) => {
    const [sum, square, moment] = [sums[to] as number, squares[to] as number, moments[to] as number]
    const middle = (to - 1) / 2 - centre
    for (let i = 0; i < count; i++) {
      const from = starts[i] as number
      const part = sum - (sums[from] as number)
      const drift = moment - (moments[from] as number) - (middle + 0.5 * from) * part
      into[i] =
        square -
        (squares[from] as number) -
        part * part * (shares[to - from] as number) -
        drift * drift * (drifts[to - from] as number)
    }
  }
  const fit = (from: number, to: number): Segment => {
    const sum = (sums[to] as number) - (sums[from] as number)
    const slope = momentOf(from, to, sum) * (drifts[to - from] as number)
    return { from, to, level: mean + sum / (to - from), slope }
  }
  return { parameters: 2, costs, cost: oneOf(costs), fit }
}

function oneOf(costs: Shape['costs']): Shape['cost'] {
  const [start, into] = [new Int32Array(1), new Float64Array(1)]
  return (from, to) => {
    start[0] = from
    costs(start, 1, to, into)
    return into[0] as number
  }
}

type PrefixSums = {
  readonly mean: number
  /** Of the values above their mean, of the squares of those, and of those times their distance from the middle. */
  readonly sums: Float64Array
  readonly squares: Float64Array
  readonly moments: Float64Array
}

function prefixSums(values: Float64Array): PrefixSums {
  const n = values.length
  let mean = 0
  for (let i = 0; i < n; i++) mean += (values[i] as number) / n
  const [sums, squares, moments] = [new Float64Array(n + 1), new Float64Array(n + 1), new Float64Array(n + 1)]
  for (let i = 0; i < n; i++) {
    const value = (values[i] as number) - mean
    sums[i + 1] = (sums[i] as number) + value
    squares[i + 1] = (squares[i] as number) + value * value
    moments[i + 1] = (moments[i] as number) + value * (i - (n - 1) / 2)
  }
  return { mean, sums, squares, moments }
}

/** Σ (i − middle)² of so many places. */
export const spreadOf = (length: number): number => (length * (length * length - 1)) / 12

/** What a segment says at a place, within it or beyond. */
export const valueAt = ({ from, to, level, slope }: Segment, place: number): number =>
  level + slope * (place - (from + to - 1) / 2)
