export { closedObject } from './closed-object.ts'
export type { DeployConfig } from './deploy-schema.ts'
export { type DeployDeadlines, type DeploySettings, requireDeployVariables } from './deploy-settings.ts'
export { describeConfig } from './describe-config.ts'
export { didYouMean } from './did-you-mean.ts'
export { API_KEY, ENVIRONMENT_NAMES } from './layers.ts'
export { loadConfig } from './load-config.ts'
export { howToChoose, requireTarget } from './require-target.ts'
export type {
  Bench,
  ChosenTarget,
  ConfigFlags,
  ConfigInput,
  ConfigValues,
  KnownNames,
  Origin,
  ReporterSetting,
  ResolvedConfig,
  RunConfig,
  WatchConfig,
} from './resolved.ts'
export { type Config, defineConfig } from './schema.ts'
export { readWaivers, waiversFile } from './waivers-file.ts'
