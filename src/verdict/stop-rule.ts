import type { Boot, Comparison, Policy, Sample } from '../records/index.ts'
import { exceedsAfter } from '../statistics/index.ts'
import { type CompareInput, compare } from './compare.ts'
import { sortSamples } from './samples.ts'
import { kindestLimitMs } from './warm-limit.ts'

export type StopInput = {
  /** All samples so far. */
  readonly samples: readonly Sample[]
  readonly boots: readonly Boot[]
  readonly policy: Policy
}

/** A warm limit that is shown to be broken, named as its comparison, and how many answers it took to see. */
export type BrokenLimit = {
  readonly id: Comparison['id']
  /** Absent for `warm-errors`, whose limit is none. */
  readonly limitMs?: number
  readonly after: number
}

/** One failed warm request already decides; three show what kind it is, and each may cost a whole deadline. */
const FAILURES_TO_SEE = 3

/**
 * The first warm limit that is shown to be broken (`exceedsAfter`: at most 1 % false alarms each, however often one asks):
 * more measuring cannot turn it into a pass, so the benchmark may end. Only good answers say how slow the service is.
 */
export function brokenLimit({ samples, boots, policy }: StopInput): BrokenLimit | undefined {
  const sorted = sortSamples(samples, boots)
  if (sorted.failedWarm.length >= FAILURES_TO_SEE)
    return { id: 'warm-errors', after: sorted.failedWarm.length }
  const limits = { 'warm-to-cold': kindestLimitMs(sorted, policy), 'warm-budget': policy.warmE2eMsP50 }
  for (const [id, limitMs] of Object.entries(limits)) {
    const after = limitMs === undefined ? undefined : exceedsAfter(sorted.warm, limitMs)
    if (limitMs !== undefined && after !== undefined) return { id, limitMs, after }
  }
  return undefined
}

/** The warm limit that fails once all answers are taken (`compare`): the checks cannot turn it into a pass either. */
export function failedLimit(input: StopInput & Pick<CompareInput, 'load'>): BrokenLimit | undefined {
  const failed = compare({ ...input, command: 'bench' }).find(
    ({ id, outcome }) => outcome === 'failed' && id !== 'warm-errors',
  )
  if (!failed) return undefined
  const after = sortSamples(input.samples, input.boots).warm.length
  return { id: failed.id, ...(failed.limit !== undefined && { limitMs: failed.limit }), after }
}
