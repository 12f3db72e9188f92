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
export { drawAlike } from './alike.ts'
export { contextTokens, tooLongPrompt } from './context-length.ts'
export { growth, metricsUntil } from './counters.ts'
export {
  ALONE_REASONS,
  type Alone,
  type CheckTools,
  PROMISE_OPTIONS,
  type PromiseDefinition,
} from './definition.ts'
export { inTurn } from './in-turn.ts'
export { foreignMarker, markers } from './nonce.ts'
export { inconclusive, notApplicable, verify } from './outcome.ts'
export { inParallel } from './parallel.ts'
export { flawOf, good, PROBE, probe } from './probe.ts'
export { type DeclaredPromise, promise } from './promise.ts'
export { quote } from './quote.ts'
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
