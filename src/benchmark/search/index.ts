export { parseSearch, SEARCH_FLAGS, type SearchFlags } from './flags.ts'
export { describeLevels, type LevelPlan, requireLimits, searchingOf, statedAt } from './level-plan.ts'
export { saturationOf } from './saturation.ts'
export type { Searching, StepAsked } from './search.ts'
