import type { Boot, Policy, Sample } from '../records/index.ts'
import { exceedsBeyondDoubt } from '../statistics/index.ts'
import { type Sorted, sortSamples } from './samples.ts'

export type DoubtInput = {
  readonly samples: readonly Sample[]
  readonly boots: readonly Boot[]
  readonly policy: Policy
}

/**
 * True once the warm-to-cold rule or the warm budget is broken beyond doubt (1 % false alarms each, however often one asks):
 * more measuring cannot turn it into a pass, so the benchmark may end. A failed request counts as one that exceeds.
 */
export function beyondDoubt({ samples, boots, policy }: DoubtInput): boolean {
  const sorted = sortSamples(samples, boots)
  const values = sorted.askedWarm
    .filter(({ outcome, warmUp }) => !warmUp || outcome !== 'completed')
    .map(({ outcome, e2eMs }) => (outcome === 'completed' ? e2eMs : Number.POSITIVE_INFINITY))
  const limits = [policy.warmE2eMsP50, kindestLimitMs(sorted, policy)]
  return limits.some((limit) => limit !== undefined && exceedsBeyondDoubt(values, limit) !== undefined)
}

/** The warm-to-cold limit against the slowest start: what breaks it breaks the limit of any other start too. */
export function kindestLimitMs({ cold }: Pick<Sorted, 'cold'>, policy: Policy): number | undefined {
  if (cold.length === 0) return undefined
  return policy.warmToColdRatio * Math.max(...cold.map(({ coldStartMs }) => coldStartMs))
}
