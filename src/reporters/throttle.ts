import type { Throttle } from '../records/index.ts'
import { countOf } from './figures.ts'

/** `Rate-limited at 4.6/s, so 31 requests (HTTP 429) were sent again`: what a service's refusals came to. */
export function describeThrottle({ refusals, requestsPerSecond, maxConcurrency }: Throttle): string {
  const count = Object.values(refusals).reduce((sum, one) => sum + one, 0)
  const statuses = Object.keys(refusals).join(' and ')
  const limit =
    requestsPerSecond !== undefined
      ? `rate-limited at ${Number(requestsPerSecond.toPrecision(2))}/s`
      : `full beyond ${countOf(maxConcurrency ?? 1, 'request')} at a time`
  return `the service is ${limit}: it turned ${countOf(count, 'request')} away (HTTP ${statuses}), which were sent again`
}
