/**
 * Values without the cycle that repeats in them: a weekly one of nights, a yearly one of months. Of the periods from 2 to 60, at least
 * six of which the series holds, the one that explains most of the differences from value to value, if it does so beyond doubt: by
 * BIC, n ln(Σ all / Σ left) > (period − 1) ln n + 10. Its shape is the median, for each place in the period, of what the
 * values are above the mean of a whole period around them (the classical decomposition; Kendall & Stuart 1966, The Advanced
 * Theory of Statistics, vol. 3, §46.31).
 */
export function withoutCycle(values: Float64Array): Float64Array {
  const period = periodOf(values)
  if (period === undefined) return values
  const shape = shapeOf(values, period)
  return values.map((value, i) => value - (shape[i % period] as number))
}

const [SHORTEST, LONGEST] = [2, 60]
const FEWEST_CYCLES = 6
/** Twice the natural logarithm of 150 to 1: "very strong" evidence in Kass & Raftery 1995, "Bayes Factors", JASA 90(430). */
const VERY_STRONG = 10

function periodOf(values: Float64Array): number | undefined {
  if (values.length < SHORTEST * FEWEST_CYCLES) return undefined
  const n = values.length - 1
  const differences = new Float64Array(n)
  const drift = ((values[n] as number) - (values[0] as number)) / n
  let all = 0
  for (let i = 0; i < n; i++) {
    const difference = (values[i + 1] as number) - (values[i] as number) - drift
    differences[i] = difference
    all += difference * difference
  }
  let [best, most] = [undefined as number | undefined, VERY_STRONG]
  for (
    let period = SHORTEST;
    period <= Math.min(LONGEST, Math.floor(values.length / FEWEST_CYCLES));
    period++
  ) {
    const left = Math.max(all - explained(differences, period), all * Number.EPSILON)
    const gain = n * Math.log(all / left) - (period - 1) * Math.log(n)
    if (gain > most) [best, most] = [period, gain]
  }
  return best
}

/** Σ over the places of a period: (Σ of its values)² / how many. */
function explained(values: Float64Array, period: number): number {
  const n = values.length
  let squares = 0
  for (let place = 0; place < period; place++) {
    let [sum, count] = [0, 0]
    for (let i = place; i < n; i += period) {
      sum += values[i] as number
      count++
    }
    squares += (sum * sum) / count
  }
  return squares
}

function shapeOf(values: Float64Array, period: number): Float64Array {
  const n = values.length
  const half = period >> 1
  const above: number[][] = Array.from({ length: period }, () => [])
  let sum = 0
  for (let i = 0; i < period; i++) sum += values[i] as number
  for (let i = half; i - half + period <= n; i++) {
    const place = above[i % period] as number[]
    place.push((values[i] as number) - sum / period)
    sum += (values[i - half + period] ?? 0) - (values[i - half] as number)
  }
  const shape = Float64Array.from(above, (few) => few.sort((a, b) => a - b)[few.length >> 1] ?? 0)
  const mean = shape.reduce((total, one) => total + one, 0) / period
  return shape.map((one) => one - mean)
}
