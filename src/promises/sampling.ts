import type { Sampling } from '../records/index.ts'

/**
 * The smallest violation rate that n clean observations exclude with 95 % confidence: 1 − 0.05^(1/n), the exact
 * binomial bound for zero events (Clopper & Pearson 1934; about 3/n, Hanley & Lippman-Hand 1983).
 */
export function sampling(n: number): Sampling {
  return { n, findsRate: n === 0 ? 1 : 1 - 0.05 ** (1 / n) }
}
