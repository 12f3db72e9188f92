import assert from 'node:assert/strict'

/** Bets of the mixture: 1 wins fastest when every value exceeds, 0.5 survives a value that does not. */
const BETS = [0.5, 1] as const

/**
 * Anytime test of "at most half of the values exceed the limit". The e-process is the mean over λ of Π(1 + λ·sᵢ), sᵢ = +1
 * for a value above the limit, else −1. Under that hypothesis its expectation never exceeds 1, so by Ville's inequality
 * P(it ever reaches 1/α) ≤ α, however often one looks (Ramdas et al. 2023, "Game-theoretic statistics and safe
 * anytime-valid inference", Statistical Science 38(4)). An infinite value counts as above every limit.
 *
 * Returns how many values it took to reach 1/α, or undefined if it never did. With α = 0.01: 8 exceedances in a row.
 */
export function exceedsBeyondDoubt(
  values: readonly number[],
  limit: number,
  alpha = 0.01,
): number | undefined {
  assert(Number.isFinite(limit), `the limit must be finite, not ${limit}`)
  assert(alpha > 0 && alpha < 1, `alpha must lie in (0, 1), not ${alpha}`)
  let wealth: readonly number[] = BETS.map(() => 1)
  for (const [index, value] of values.entries()) {
    assert(!Number.isNaN(value), 'a value that is no number is no evidence')
    const sign = value > limit ? 1 : -1
    wealth = wealth.map((own, i) => own * (1 + sign * (BETS[i] ?? 0)))
    const evidence = wealth.reduce((sum, own) => sum + own, 0) / BETS.length
    if (evidence >= 1 / alpha) return index + 1
  }
  return undefined
}
