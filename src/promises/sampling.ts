import type { Sampling } from '../records/index.ts'
import { detectableRate } from '../statistics/index.ts'

/** How many clean observations there were, and the violation rate that they find at 95 %; none find nothing. */
export const sampling = (n: number): Sampling => ({ n, findsRate: n === 0 ? 1 : detectableRate(n) })
