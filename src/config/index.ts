export { describeConfig } from './describe-config.ts'
export { didYouMean } from './did-you-mean.ts'
export { loadConfig } from './load-config.ts'
export { howToChoose, requireTarget } from './require-target.ts'
export type {
  Bench,
  ConfigFlags,
  ConfigInput,
  ConfigValues,
  KnownNames,
  Origin,
  ReporterSetting,
  ResolvedConfig,
  RunConfig,
} from './resolved.ts'
export { type Config, defineConfig } from './schema.ts'
export { readWaivers, waiversFile } from './waivers-file.ts'
