import assert from 'node:assert/strict'
import { normalQuantile } from './normal.ts'

/** Of the signed-rank test beside the mean of normal values: 3/π (Lehmann 1975, Nonparametrics, §2.4). */
const EFFICIENCY = 3 / Math.PI

/** All but the result in the unit of the effect. Probabilities of one side. */
export type PowerInput = {
  /** Of one difference. */
  readonly sd: number
  /** Of calling nothing something. */
  readonly alpha: number
  /** Of finding what is there. */
  readonly power: number
}

/**
 * How many differences show an effect of this size: n ≈ ((z_α + z_β)·sd/effect)² π/3 + z_α²/2; the last term because the spread
 * is estimated too (Guenther 1981, "Sample size formulas for normal theory t tests", The American Statistician 35(4)). Infinity for no effect.
 */
export function differencesNeeded(effect: number, { sd, alpha, power }: PowerInput): number {
  assertSpread(sd)
  if (!(effect > 0)) return Number.POSITIVE_INFINITY
  const [zAlpha, zBeta] = [normalQuantile(1 - alpha), normalQuantile(power)]
  return Math.ceil(((zAlpha + zBeta) * (sd / effect)) ** 2 / EFFICIENCY + zAlpha ** 2 / 2)
}

/** The smallest effect that so many differences show: the same formula the other way round. Infinity where n is too small. */
export function smallestEffect(n: number, { sd, alpha, power }: PowerInput): number {
  assertSpread(sd)
  const [zAlpha, zBeta] = [normalQuantile(1 - alpha), normalQuantile(power)]
  const left = (n - zAlpha ** 2 / 2) * EFFICIENCY
  return left > 0 ? ((zAlpha + zBeta) * sd) / Math.sqrt(left) : Number.POSITIVE_INFINITY
}

const assertSpread = (sd: number): void =>
  assert(sd >= 0 && Number.isFinite(sd), `a standard deviation is finite and not negative, not ${sd}`)
