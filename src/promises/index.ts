export { collectPromises, loadPromises } from './closed-list.ts'
export type { SuiteContext } from './context.ts'
export { contextTokens, tooLongPrompt } from './context-length.ts'
export { growth, metricsUntil } from './counters.ts'
export type { CheckTools, PromiseDefinition } from './definition.ts'
export { quote } from './evidence.ts'
export { type Judgement, judgeJson, judgePattern } from './judge.ts'
export { type MetricSample, metricSum, parseMetrics } from './metrics.ts'
export { foreignMarker, markers } from './nonce.ts'
export { isOneSymbol } from './one-symbol.ts'
export { inconclusive, notApplicable, verify } from './outcome.ts'
export { inParallel } from './parallel.ts'
export { flawOf, good, PROBE, probe } from './probe.ts'
export { promise } from './promise.ts'
export { median, quantile } from './quantiles.ts'
export { isRefusal } from './refusal.ts'
export { type RunSuitesOptions, runSuites, type SuitesResult } from './run-suites.ts'
export { type JsonScan, scanJson, whitespaceShare } from './scan-json.ts'
export {
  bindingRoutesOf,
  bodyOf,
  completed,
  describeFailure,
  type Health,
  routesOf,
  type Service,
} from './service.ts'
export { canaryRequest, canarySchema, type Held, holdToSchema, runsOn } from './structured.ts'
export { SUITES, suiteFile } from './suite-files.ts'
