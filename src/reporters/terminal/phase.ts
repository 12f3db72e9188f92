import type { Check } from '../../records/index.ts'
import { formatDuration } from '../figures.ts'
import { isNotRun } from '../not-judged.ts'

/** One part of a run, as far as it has come. */
export type Phase = {
  readonly name: string
  readonly total?: number
  readonly startedMs: number
  done: number
  notRun: number
  notApplicable: number
  /** What it is doing right now. */
  status?: string
}

export const startPhase = (name: string, total: number | undefined, startedMs: number): Phase => ({
  ...{ name, startedMs, done: 0, notRun: 0, notApplicable: 0 },
  ...(total !== undefined && { total }),
})

/** One more step is done; a check that was not run, or does not apply, is counted apart. */
export function countStep(phase: Phase, check?: Check): void {
  if (check && isNotRun(check)) phase.notRun++
  else if (check?.outcome === 'not-applicable') phase.notApplicable++
  else phase.done++
  // What a check is doing is over with it; what a load is doing goes on.
  if (check) delete phase.status
}

/** `checks 12/60 (3 not run)`. */
export function countedSteps(phase: Phase): string {
  const { name, total, done } = phase
  if (total !== undefined) return `${name} ${done}/${total}${leftOut(phase)}`
  return done === 0 ? name : `${name} ${done}`
}

/** `checks 12/60, 3.1 s, about 12.4 s left`. */
export function describePhase(phase: Phase, nowMs: number): string {
  const elapsedMs = nowMs - phase.startedMs
  const left = leftMs(phase, nowMs)
  return [
    countedSteps(phase),
    ...(elapsedMs >= SAID_FROM_MS ? [formatDuration(elapsedMs)] : []),
    ...(left === undefined ? [] : [`about ${formatDuration(left)} left`]),
  ].join(', ')
}

/** Before this a phase has no pace worth speaking of. */
const PACE_FROM_MS = 2_000
const PACE_FROM_STEPS = 3
const SAID_FROM_MS = 1_000

/** The time left by the mean of the steps so far; absent where they say little of it, or where it is about to end. */
export function leftMs(phase: Phase, nowMs: number): number | undefined {
  const { total, startedMs, done, notRun, notApplicable } = phase
  const [ended, elapsedMs] = [done + notRun + notApplicable, nowMs - startedMs]
  if (total === undefined || elapsedMs < PACE_FROM_MS || ended < PACE_FROM_STEPS) return undefined
  const left = (elapsedMs / ended) * (total - ended)
  return left >= SAID_FROM_MS ? left : undefined
}

/** ` (3 not run, 15 not applicable)`: the steps that make the count fall short of its total. */
function leftOut({ notRun, notApplicable }: Phase): string {
  const parts = [
    ...(notRun > 0 ? [`${notRun} not run`] : []),
    ...(notApplicable > 0 ? [`${notApplicable} not applicable`] : []),
  ]
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}
