export {
  isOneSymbol,
  isRefusal,
  type JsonScan,
  type Judgement,
  judgeJson,
  judgePattern,
  type MetricSample,
  metricSum,
  parseMetrics,
  scanJson,
  whitespaceShare,
} from '../judges/index.ts'
export { median, quantile } from '../statistics/index.ts'
export { collectPromises, loadPromises } from './closed-list.ts'
export type { SuiteContext } from './context.ts'
export { contextTokens, tooLongPrompt } from './context-length.ts'
export { growth, metricsUntil } from './counters.ts'
export type { Alone, CheckTools, PromiseDefinition } from './definition.ts'
export { quote } from './evidence.ts'
export { foreignMarker, markers } from './nonce.ts'
export { inconclusive, notApplicable, verify } from './outcome.ts'
export { inParallel } from './parallel.ts'
export { flawOf, good, PROBE, probe } from './probe.ts'
export { promise } from './promise.ts'
export { type RunSuitesOptions, runSuites, type SuitesResult } from './run-suites.ts'
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
