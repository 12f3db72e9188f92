export { type ColdOptions, coldSample } from './cold.ts'
export { type SampleOrigin, sampleOf } from './sample.ts'
export { type Answering, measureWarm, type WarmOptions } from './warm.ts'
