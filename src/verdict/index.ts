export { isAsked } from './checks.ts'
export { judgeColdness } from './coldness.ts'
export { type CompareInput, compare } from './compare.ts'
export { decide, verdictOf } from './decide.ts'
export { LIMIT_NAMES } from './limit-metrics.ts'
export { LOAD_METRICS } from './load-metrics.ts'
export { type Measured, measure } from './measure.ts'
export { judgeSearch } from './search.ts'
export { judgeStep, type StepInput, steadyLimits } from './step.ts'
export { type BrokenLimit, brokenLimit, failedLimit, type StopInput } from './stop-rule.ts'
export { compareRuns } from './versus/compare-runs.ts'
export { decidePairs, type PairsDecision } from './versus/decide-pairs.ts'
export { decideStored, type StoredDecision } from './versus/decide-stored.ts'
export { judgePairs, MOST_PAIRS } from './versus/judge-pairs.ts'
export { heldAgainst } from './versus/judge-stored.ts'
export { measuredDrift } from './versus/measured-drift.ts'
export { pairsEnd } from './versus/pairs-end.ts'
export { type Power, powerOf } from './versus/power.ts'
export { DEFAULT_RULE, withinPairs } from './versus/rule.ts'
export { ruleOf } from './versus/rule-of.ts'
export { powerOfStored, type StoredPower } from './versus/settling-starts.ts'
export { spreadsOfStarts } from './versus/spreads.ts'
export { startFigures } from './versus/start-figures.ts'
export {
  type Difference,
  describeDifference,
  differencesOf,
  NAMED_FIELDS,
  type Origin,
  UNLIKE_FIELDS,
} from './versus/unlike.ts'
export { countingComparisons, countingFailures, type Failure, isWaivable } from './waivers.ts'
export { brokenOf } from './watch.ts'
