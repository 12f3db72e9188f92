import type { Comparison } from '../records/index.ts'

/** Under what a comparison stands in a list of checks: a limit of its own, or the baseline. */
export const suiteOf = ({ id }: Comparison): 'regression' | 'budgets' =>
  id.startsWith('regression.') ? 'regression' : 'budgets'
