export { medianInterval } from './autocorrelation.ts'
export { addEvidence, type ChangeEvidence, evidenceLimit, evidenceOf } from './change-evidence.ts'
export { changePoints } from './change-points.ts'
export { exceedsAfter, exceedsByFar, keepsByFar, type TimedAnswer } from './exceedance.ts'
export {
  type Count,
  conditionalBinomial,
  failsMoreInPairs,
  failsMoreInStarts,
  rateOf,
  sumOf,
} from './failure-counts.ts'
export { holm } from './holm.ts'
export { normalCumulative, normalQuantile } from './normal.ts'
export { differencesNeeded, smallestEffect } from './power.ts'
export type { Interval } from './quantile.ts'
export {
  median,
  minimumForUpperBound,
  quantile,
  quantileInterval,
  quantileIntervals,
  quantiles,
} from './quantile.ts'
export { detectableRate, rateInterval, rateUpperBound } from './rate.ts'
export { countInterval, type Done, rateInWindow, type Window } from './rate-in-window.ts'
export type { PenaltyOptions } from './segmentation.ts'
export { type Settling, settlingPoint } from './settling.ts'
export { type Differences, signFlip } from './sign-flip.ts'
export { type Located, locate } from './signed-rank.ts'
export { meanInterval, standardDeviation, studentCumulative, studentQuantile } from './student.ts'
export { tailCount, tailInterval } from './tail.ts'
export { quantileLowerBound } from './tail-bound.ts'
