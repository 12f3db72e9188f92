export { hardwareOf } from './attributes.ts'
export { openHistory } from './sqlite/open.ts'
export { readHistory } from './sqlite/open-to-read.ts'
export { proveHistoryWritable } from './sqlite/writable.ts'
export { targetKey } from './target-key.ts'
export type {
  BaselineReader,
  Baselines,
  ExchangeFormat,
  History,
  HistoryReader,
  Imported,
  KeptRun,
  ListedRun,
  Metric,
  NightsQuery,
  Promotion,
  Prunable,
  Pruned,
  RunFigures,
  TargetIdentity,
  TrendAcceptance,
  TrendPoint,
  TrendQuery,
} from './types.ts'
