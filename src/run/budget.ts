import type { Pace } from '../records/index.ts'
import { estimateCost } from './cost.ts'
import type { Plan } from './plan.ts'
import type { RunningService } from './running-service.ts'

/** The budget that nobody set is this many times what the run is expected to take. */
const ROOM = 2
/** Shorter runs are not worth a line. */
const WORTH_SAYING_MINUTES = 2

/** Seconds that a run may take which is expected to take so many minutes: what the user set, or the default and what the pace adds to it. */
export const budgetSeconds = ({ maxSeconds, isBudgetGiven }: Plan, expectedMinutes: number): number =>
  isBudgetGiven ? maxSeconds : Math.max(maxSeconds, ROOM * 60 * expectedMinutes)

/**
 * The end of the run's time budget on its clock, asked for each time that it matters: the default stands still while the service
 * turns requests away.
 */
export function startBudget({ plan, profile, traffic, world }: RunningService): () => number {
  const startedMs = plan.clock.monotonicMs()
  const { pace } = profile
  const { minutes } = estimateCost(plan, { ...(pace && { pace }) })
  if (pace && minutes > WORTH_SAYING_MINUTES)
    world.progress.note(
      `At the pace of this service (${describePace(pace)}) the run takes about ${Math.round(minutes)} minutes.`,
    )
  const budgetMs = 1_000 * budgetSeconds(plan, minutes)
  return () => startedMs + budgetMs + (plan.isBudgetGiven ? 0 : traffic.heldBackMs)
}

/** `120 ms for an answer of one token, 85 tokens/s`. */
export function describePace({ answerMs, tokenMs }: Pace): string {
  const answer = answerMs >= 1_000 ? `${(answerMs / 1_000).toFixed(1)} s` : `${Math.round(answerMs)} ms`
  return `${answer} for an answer of one token${tokenMs > 0 ? `, then ${Number((1_000 / tokenMs).toPrecision(2))} tokens/s` : ''}`
}
