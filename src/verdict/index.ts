export { type CompareInput, compare } from './compare.ts'
export { type DecideInput, decide } from './decide.ts'
export { type BrokenLimit, brokenBeyondDoubt, type DoubtInput } from './doubt.ts'
export { type Measured, measure } from './measure.ts'
