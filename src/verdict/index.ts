export { type CompareInput, compare } from './compare.ts'
export { type DecideInput, decide } from './decide.ts'
export { type Measured, measure } from './measure.ts'
export { type BrokenLimit, brokenLimit, failedLimit, type StopInput } from './stop-rule.ts'
