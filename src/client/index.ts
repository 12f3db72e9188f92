export type { CallOptions, Client, ClientOptions, RawRequest } from './client.ts'
export { toCurl } from './curl.ts'
export type {
  Answer,
  Dialect,
  Encoded,
  Endpoint,
  ServiceFacts,
  Settlement,
  SpellingFacts,
  StreamPart,
} from './dialect.ts'
export { findDialectMistake } from './dialect-mistakes.ts'
export { createClient } from './http-client.ts'
export {
  type LoadClient,
  type LoadClientOptions,
  openLoadClient,
  type Prepared,
  type SendOptions,
} from './load-client.ts'
export { measurePace } from './pace.ts'
export { createProbe, type ProbeOptions } from './probe.ts'
export { type ProcessStart, readProcessStart } from './process-start.ts'
export { type ProfileOptions, profileService } from './profile.ts'
export { type CountersReading, countersOver, levelsAt, readCounters } from './service-counters.ts'
export { countersOf, type Others, watchCounters } from './shared-counters.ts'
export { Traffic, type TrafficLimits } from './traffic.ts'
export { loadDialect } from './user-dialect.ts'
