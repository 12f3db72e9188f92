import assert from 'node:assert/strict'

/** Evidence that a share has risen, since any moment: one sum of Shiryaev and Roberts for each alternative. */
export type ChangeEvidence = readonly number[]

/**
 * Takes one more observation in: R ← (1 + R) · L, with L the likelihood ratio of the alternative share against the expected one. A
 * sum starts anew at each observation, so a change that begins late is found as soon as one at the start. While each observation
 * is a hit with a probability of at most `expected`, whatever came before, R − n is a supermartingale; so within N looks
 * the mean of the sums reaches N/α with a probability of at most α, however often one looks (an e-detector: Shin, Ramdas & Rinaldo
 * 2023, "E-detectors", New England Journal of Statistics in Data Science 2(2); Ville 1939). `expected` may differ from one
 * observation to the next where the past alone decides it.
 */
export function addEvidence(
  before: ChangeEvidence,
  isHit: boolean,
  { expected, alternatives }: { readonly expected: number; readonly alternatives: readonly number[] },
): ChangeEvidence {
  assert(expected > 0 && expected < 1, `an expected share must lie in (0, 1), not ${expected}`)
  return alternatives.map((share, index) => {
    // No evidence for a rise where the alternative is none.
    const ratio = share <= expected ? 1 : isHit ? share / expected : (1 - share) / (1 - expected)
    return (1 + (before[index] ?? 0)) * ratio
  })
}

/** What decides: the alternatives count alike. */
export const evidenceOf = (sums: ChangeEvidence): number =>
  sums.length === 0 ? 0 : sums.reduce((total, one) => total + one, 0) / sums.length

/** From here on a rise is shown, where at most `looks` observations are taken. */
export function evidenceLimit(looks: number, alpha: number): number {
  assert(looks >= 1 && alpha > 0 && alpha < 1, `no limit for ${looks} looks at an alpha of ${alpha}`)
  return looks / alpha
}
