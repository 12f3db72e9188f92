export { exceedsBeyondDoubt } from './exceedance.ts'
export type { Interval } from './quantile.ts'
export { median, minimumForUpperBound, quantile, quantileInterval } from './quantile.ts'
export { detectableRate, rateInterval, rateUpperBound } from './rate.ts'
