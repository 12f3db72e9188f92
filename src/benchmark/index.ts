export {
  ARRIVAL_FLAGS,
  type ArrivalFlags,
  type DueSchedule,
  describeLoad,
  durationOf,
  parseArrivals,
  scheduleOf,
} from './arrivals/index.ts'
export { type CalibrationOptions, calibrate } from './calibration/calibrate.ts'
export { type ColdOptions, coldSample } from './cold.ts'
export { drive } from './drive.ts'
export { driveInThreads, type ThreadsOptions } from './drive-in-threads.ts'
export type { Driven, DriveOptions, DriveReport, Driving } from './driving.ts'
export { mostInFlight } from './in-flight.ts'
export { type LoadOrigin, loadSampleOf } from './load-sample.ts'
export { type LoadSpec, type PlannedLoad, planLoad } from './load-spec.ts'
export { LoadWatch } from './load-watch.ts'
export { type Phases, phasesOf, withPhases } from './phases.ts'
export {
  describeInput,
  type Holds,
  hashRequests,
  openCounter,
  PROMPT_FLAGS,
  type PromptFlags,
  preparePrompts,
  requestsOf,
  workloadsOf,
} from './prompts/index.ts'
export { rehearsedOnce } from './rehearse.ts'
export { type SampleOrigin, sampleOf } from './sample.ts'
export {
  type LevelPlan,
  parseSearch,
  requireLimits,
  SEARCH_FLAGS,
  type SearchFlags,
  type Searching,
  type StepAsked,
  saturationOf,
  searchingOf,
  statedAt,
} from './search/index.ts'
export { ClientWatch } from './validity/client-watch.ts'
export { judgeClients } from './validity/judge-client.ts'
export { type Answering, measureWarm, type WarmOptions } from './warm.ts'
