import { HarnessError } from '../../errors.ts'
import type { LevelKind, Policy, StatedLoad } from '../../records/index.ts'
import type { SearchRange } from './border.ts'
import { type Searching, searchLevels } from './search.ts'
import { sweepLevels } from './sweep.ts'

/** Which loads are sent one after the other. */
export type LevelPlan =
  | ({ readonly kind: 'search'; readonly of: LevelKind; readonly maxSteps: number } & SearchRange)
  | { readonly kind: 'sweep'; readonly of: LevelKind; readonly levels: readonly number[] }

export const searchingOf = (plan: LevelPlan): Searching =>
  plan.kind === 'search' ? searchLevels(plan) : sweepLevels(plan.levels)

/** The load of one step: as it was stated, at the level of the step. */
export function statedAt(
  stated: StatedLoad,
  { of }: LevelPlan,
  level: number,
  durationMs: number,
): StatedLoad {
  const { arrivals } = stated
  if (of === 'concurrency')
    return { ...stated, arrivals: { shape: 'concurrency', concurrency: level }, durationMs }
  const spacing = arrivals.shape === 'rate' ? arrivals.spacing : ({ kind: 'poisson' } as const)
  return { ...stated, arrivals: { shape: 'rate', rate: level, spacing }, durationMs }
}

/** `the highest rate that holds, from 1 to 1000 requests/s`, `8 rates from 1 to 128 requests/s`. */
export function describeLevels(plan: LevelPlan): string {
  const unit = plan.of === 'rate' ? 'requests/s' : 'requests in flight'
  if (plan.kind === 'search')
    return `the highest ${plan.of} that holds, from ${plan.start} and up to ${plan.most} ${unit}`
  return `${plan.levels.join(', ')} ${unit}, one after the other`
}

/** Throws `usage` for a search that no level could end: any number of requests may be in flight where nothing limits their times. */
export function requireLimits(plan: LevelPlan | undefined, limits: Policy['limits']): void {
  if (plan?.kind !== 'search' || plan.of !== 'concurrency') return
  if (Object.keys(limits ?? {}).some((name) => name.startsWith('steady.'))) return
  throw new HarnessError(
    'usage',
    "--search concurrency needs what the load has to keep. Add it, as in --slo 'ttftMsP99<500'.",
  )
}
