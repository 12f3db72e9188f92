import type { OpenLoop, RateStage } from '../../records/index.ts'

/** The stages of a load; a single rate is one stage of that length, without an end where it is infinite. */
export const stagesOf = (arrivals: OpenLoop, durationMs: number): readonly RateStage[] =>
  arrivals.shape === 'stages' ? arrivals.stages : [{ from: arrivals.rate, to: arrivals.rate, durationMs }]

/** How many requests a stage brings on average: the area under its rate. */
export const expectedIn = ({ from, to, durationMs }: RateStage): number =>
  ((from + to) / 2) * (durationMs / 1000)

/**
 * When `expected` requests have come on average, in milliseconds after the start of the stage. With rates a → b over D seconds
 * that is the root t of n = a·t + (b − a)·t² / 2D, in the form 2n / (a + √(a² + 2n(b − a)/D)), which loses no digits where b is near a
 * and is n / a, exactly, where they are equal.
 */
export function whenExpected(expected: number, { from, to, durationMs }: RateStage): number {
  if (expected === 0) return 0
  const square = from * from + (2 * expected * (to - from)) / (durationMs / 1000)
  return (2 * expected * 1000) / (from + Math.sqrt(Math.max(0, square)))
}
