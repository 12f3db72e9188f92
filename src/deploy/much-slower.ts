import type { Measurement } from '../records/index.ts'

/**
 * One start of each version, one after the other, tells no small difference: starts differ, and so does the hour. So only what no such
 * difference explains fails: the interval of the new median lies above the old one by half as much again, and by what a client
 * can mistake. Answers that depend on each other leave a median without an interval: there the medians themselves have to lie so far
 * apart that no chance brings them there. How often an unchanged service fails by this is held by the test beside it.
 */
const FACTOR = 1.5
const FACTOR_WITHOUT_INTERVAL = 4
const CLIENT_MS = 20
const METRICS = ['e2eMsP50', 'ttftMsP50']

/** The first median of warm answers that is much worse than before, in a sentence; undefined where none is. */
export function muchSlower(old: readonly Measurement[], fresh: readonly Measurement[]): string | undefined {
  for (const name of METRICS) {
    const [before, after] = [old, fresh].map((all) =>
      all.find((one) => one.name === name && one.warmth === 'warm'),
    )
    if (!before || !after) continue
    const says = slowerText(before, after)
    if (says !== undefined) return `warm ${name} is ${says}`
  }
  return undefined
}

function slowerText(before: Measurement, after: Measurement): string | undefined {
  if (before.high !== undefined && after.low !== undefined)
    return isFarAbove(after.low, before.high, FACTOR)
      ? `at least ${after.low.toFixed(0)} ms (95 %), and that of the old version was at most ${before.high.toFixed(0)} ms (95 %)`
      : undefined
  return isFarAbove(after.value, before.value, FACTOR_WITHOUT_INTERVAL)
    ? `${after.value.toFixed(0)} ms, more than ${FACTOR_WITHOUT_INTERVAL} times that of the old version, ${before.value.toFixed(0)} ms`
    : undefined
}

const isFarAbove = (after: number, before: number, factor: number): boolean =>
  after > before * factor && after - before > CLIENT_MS
