/** What suites (as `#infergate`) and users (as `infergate`) may import. */
export {
  type CallOptions,
  createClient,
  createProbe,
  type Dialect,
  profileService,
  type RawRequest,
} from './client/index.ts'
export { type Config, defineConfig } from './config/index.ts'
export * from './promises/index.ts'
export type * from './records/index.ts'
export { startTarget } from './targets/index.ts'
