/** What suites (as `#infergate`) and users (as `infergate`) may import. */
export type { CallOptions, Dialect, RawRequest } from './client/index.ts'
export * from './promises/index.ts'
export type * from './records/index.ts'
