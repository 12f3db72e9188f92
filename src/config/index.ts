export { describeConfig } from './describe-config.ts'
export { didYouMean } from './did-you-mean.ts'
export { loadConfig } from './load-config.ts'
export type {
  Bench,
  ConfigFlags,
  ConfigInput,
  ConfigValues,
  KnownNames,
  Origin,
  ReporterSetting,
  ResolvedConfig,
} from './resolved.ts'
export { type Config, defineConfig } from './schema.ts'
