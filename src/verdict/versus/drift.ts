import type { ComparedMetric, StoredBaseline, VersusRule } from '../../records/index.ts'

/** Fewer runs than this tell their own spread too badly: Student's t of 3 degrees of freedom asks for 4.5 of them at 1 %. */
const FEWEST_RUNS = 5

/** Of log(value) from run to run. */
export type Drift = {
  readonly sd: number
  /** From which it is known; 0 where it is assumed. */
  readonly runs: number
}

/** What a run moves by itself: measured where five accepted runs tell it, else what the rule assumes, or what few runs showed if that is more. */
export function driftOf(metric: ComparedMetric, { drift }: StoredBaseline, rule: VersusRule): Drift {
  const seen = drift[metric]
  if (seen && seen.runs >= FEWEST_RUNS) return seen
  return { sd: Math.max(rule.assumedDrift[metric] ?? 0, seen && seen.runs > 1 ? seen.sd : 0), runs: 0 }
}
