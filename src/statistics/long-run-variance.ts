/** Noise about a level, taken as AR(1). */
export type LongRun = {
  /** n times the variance of a mean of n values, for large n: the variance of a value · (1 + ρ) / (1 − ρ). */
  readonly variance: number
  /** ρ: of a value with the next. */
  readonly correlation: number
  /** Of what is new in each value: the variance of a value · (1 − ρ²). */
  readonly innovation: number
}

/**
 * Of residuals about a fit of so many parameters. ρ is freed of its bias, E r ≈ ρ − (1 + 4ρ) / n for each mean taken out (Marriott &
 * Pope 1954, "Bias in the estimation of autocorrelations", Biometrika 41); below 0 it counts as 0. The squares are freed of
 * theirs: E Σe² = n · variance − parameters · long-run variance.
 */
export function longRunVariance(residuals: Float64Array, parameters: number): LongRun {
  const n = residuals.length
  let [squares, products, last] = [0, 0, 0]
  for (let i = 0; i < n; i++) {
    const value = residuals[i] as number
    squares += value * value
    products += value * last
    last = value
  }
  if (squares === 0) return QUIET
  const freed = n - 4 * parameters
  const correlation = inRange(freed > 0 ? ((n * products) / squares + parameters) / freed : MOST)
  const inflation = (1 + correlation) / (1 - correlation)
  // Where little is left beside the parameters, half of the values count.
  return noiseOf((squares * inflation) / Math.max(n / 2, n - parameters * inflation), correlation)
}

/**
 * Of values whose level may move: from differences, which see a step once. The squares of differences two values apart are 1 + ρ times
 * those one apart (after Chakar, Lebarbier, Lévy-Leduc & Robin 2017, "A robust approach for estimating change-points in the mean of
 * an AR(1) process", Bernoulli 23(2), who take medians: those are 0 where most values equal their neighbour).
 */
export function longRunVarianceOfDifferences(values: Float64Array): LongRun {
  const one = meanSquare(values, 1)
  if (one === 0) return QUIET
  const correlation = inRange(meanSquare(values, 2) / one - 1)
  return noiseOf(((one / 2) * (1 + correlation)) / (1 - correlation) ** 2, correlation)
}

/** Of the differences so many values apart, the largest twentieth counted as no larger than the rest: those may be steps. */
function meanSquare(values: Float64Array, apart: number): number {
  const n = values.length - apart
  if (n < 1) return 0
  const squares = new Float64Array(n)
  for (let i = 0; i < n; i++) squares[i] = ((values[i + apart] as number) - (values[i] as number)) ** 2
  squares.sort()
  const largest = squares[Math.floor(0.95 * (n - 1))] as number
  let sum = 0
  for (let i = 0; i < n; i++) sum += Math.min(largest, squares[i] as number)
  return sum / n / CLIPPED_NORMAL
}

/** E min(z², 1.96²) of a normal z. */
const CLIPPED_NORMAL = 0.9131

const noiseOf = (variance: number, correlation: number): LongRun => ({
  variance,
  correlation,
  innovation: variance * (1 - correlation) ** 2,
})

const QUIET: LongRun = { variance: 0, correlation: 0, innovation: 0 }

/** Above it a series wanders: its level moves, and that is what it should be told as. */
const MOST = 0.8

const inRange = (correlation: number): number => Math.min(MOST, Math.max(0, correlation))
