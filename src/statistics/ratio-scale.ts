import { longRunVarianceOfDifferences } from './long-run-variance.ts'

/**
 * Whether noise is a factor rather than an amount: whether the logarithms of the values are more likely than the values
 * (Box & Cox 1964, "An Analysis of Transformations", JRSS B 26(2)). n ln(innovation variance) of each, by differences, which a moving
 * level hardly touches; 2 Σ ln x brings the logarithms to the unit of the values. Where both are alike it is a factor.
 */
export function isRatioScale(values: readonly number[]): boolean {
  if (!values.every((value) => value > 0)) return false
  const logarithms = Float64Array.from(values, Math.log)
  const asRatio = longRunVarianceOfDifferences(logarithms).innovation
  const asAmount = longRunVarianceOfDifferences(Float64Array.from(values)).innovation
  if (asAmount === 0) return true
  const n = values.length
  const jacobian = 2 * logarithms.reduce((sum, one) => sum + one, 0)
  return n * Math.log(asRatio) + jacobian < n * Math.log(asAmount) + VERY_STRONG
}

/** As in Kass & Raftery 1995, "Bayes Factors", JASA 90(430). */
const VERY_STRONG = 10
