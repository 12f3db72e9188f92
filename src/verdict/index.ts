export { type CompareInput, compare } from './compare.ts'
export { type DecideInput, decide } from './decide.ts'
export { beyondDoubt, type DoubtInput } from './doubt.ts'
export { type Measured, measure } from './measure.ts'
