import assert from 'node:assert/strict'
import { binomialCumulative } from './binomial.ts'
import type { Interval } from './quantile.ts'

/**
 * Clopper & Pearson (1934), Biometrika 26: the central exact interval for a rate of `events` in n. Each limit is the
 * rate at which the observed count or a more extreme one has probability (1 − confidence) / 2.
 */
export function rateInterval(events: number, n: number, confidence = 0.95): Interval {
  assertCounts(events, n)
  assertConfidence(confidence)
  const tail = (1 - confidence) / 2
  return {
    low: events === 0 ? 0 : bisect((rate) => 1 - binomialCumulative(events - 1, n, rate) > tail),
    high: bisect((rate) => binomialCumulative(events, n, rate) < tail),
  }
}

/** The one-sided exact upper limit of a rate: with 0 events 1 − (1 − c)^(1/n), near 3/n at 95 % (the rule of three). */
export function rateUpperBound(events: number, n: number, confidence = 0.95): number {
  assertCounts(events, n)
  assertConfidence(confidence)
  return bisect((rate) => binomialCumulative(events, n, rate) < 1 - confidence)
}

/** The smallest violation rate that n clean observations would have shown with 95 % probability: 1 − 0.05^(1/n). */
export function detectableRate(n: number): number {
  assert(Number.isSafeInteger(n) && n > 0, `n must be a positive whole number, not ${n}`)
  return 1 - 0.05 ** (1 / n)
}

/** Where `above` turns from false to true in [0, 1]; 60 halvings are finer than a double's own spacing there. */
function bisect(above: (rate: number) => boolean): number {
  let [low, high] = [0, 1]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (above(middle)) high = middle
    else low = middle
  }
  return high
}

function assertCounts(events: number, n: number): void {
  assert(Number.isSafeInteger(n) && n > 0, `n must be a positive whole number, not ${n}`)
  assert(Number.isSafeInteger(events) && events >= 0 && events <= n, `${events} events in ${n} cannot be`)
}

function assertConfidence(confidence: number): void {
  assert(confidence > 0 && confidence < 1, `confidence must lie in (0, 1), not ${confidence}`)
}
