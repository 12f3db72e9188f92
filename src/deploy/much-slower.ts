import type { Measurement } from '../records/index.ts'

/**
 * One start of each version, one after the other, tells no small difference: starts differ, and so does the hour. So only what no such
 * difference explains fails: the interval of the new median lies above the old one by half as much again, and by what a client
 * can mistake.
 */
const FACTOR = 1.5
const CLIENT_MS = 20
const METRICS = ['e2eMsP50', 'ttftMsP50']

/** The first median of warm answers that is much worse than before, in a sentence; undefined where none is. */
export function muchSlower(old: readonly Measurement[], fresh: readonly Measurement[]): string | undefined {
  for (const name of METRICS) {
    const [before, after] = [old, fresh].map((all) =>
      all.find((one) => one.name === name && one.warmth === 'warm'),
    )
    if (before?.high === undefined || after?.low === undefined) continue
    if (after.low <= before.high * FACTOR || after.low - before.high <= CLIENT_MS) continue
    return `warm ${name} is at least ${after.low.toFixed(0)} ms (95 %), and that of the old version was at most ${before.high.toFixed(0)} ms (95 %)`
  }
  return undefined
}
