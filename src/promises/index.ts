export {
  isOneSymbol,
  isRefusal,
  type JsonScan,
  type Judgement,
  judgeJson,
  judgePattern,
  longestRun,
  type MetricSample,
  metricSum,
  parseEvents,
  parseMetrics,
  type ServerEvent,
  scanJson,
  whitespaceShare,
} from '../judges/index.ts'
export { median, quantile } from '../statistics/index.ts'
export { type Alikeness, drawAlike, PAIR_TOKENS, verifyAlike } from './alike.ts'
export { type Choice, choicesOf, type ListedToken } from './choices.ts'
export { askBeyondContext, contextTokens, tokensWithin, tooLongPrompt } from './context-length.ts'
export { growth, metricsUntil } from './counters.ts'
export {
  ALONE_REASONS,
  type Alone,
  type CheckTools,
  PROMISE_OPTIONS,
  type PromiseDefinition,
} from './definition.ts'
export { inCases } from './in-cases.ts'
export { inTurn } from './in-turn.ts'
export { leaksStop } from './leaks-stop.ts'
export { askingLogprobs, flawOfLogprobs, type WantedLogprobs } from './logprobs.ts'
export { foreignMarker, fresh, markers } from './nonce.ts'
export { excuseOthers, excuseReplicas, isOurs, leftBehind } from './others.ts'
export { inconclusive, notApplicable, verify, verifyInTime, verifyRefused } from './outcome.ts'
export { type Marked, verifyOwnMarkers } from './own-markers.ts'
export { inParallel } from './parallel.ts'
export { askProbe, flawOf, good, PROBE, probe } from './probe.ts'
export { type DeclaredPromise, promise } from './promise.ts'
export { quote, quoteValue } from './quote.ts'
export { rawBody, tokensToThink } from './raw-body.ts'
export {
  bindingRoutesOf,
  bodyOf,
  completed,
  describeFailure,
  type GeneratingRoute,
  type Health,
  onRoute,
  routesOf,
  type Service,
  spelledRoutesOf,
} from './service.ts'
export { stopPlaces } from './stop-places.ts'
export { canaryRequest, canarySchema, type Held, holdToSchema, RUNS_ON, runsOn } from './structured.ts'
