import { type Clock, systemClock } from '../../clock.ts'
import type { RunStart, TargetSpec } from '../../records/index.ts'
import { type Plan, planRun } from '../plan.ts'

type PlanForOptions = {
  readonly command?: RunStart['command']
  readonly clock?: Clock
  readonly against?: TargetSpec
  readonly pairs?: number
  readonly cold?: boolean
}

/** A plan as a configuration would give it, over a few quick promises. */
export function planFor(
  target: TargetSpec,
  { command = 'check', clock = systemClock, against, pairs, cold }: PlanForOptions = {},
): Promise<Plan> {
  return planRun({
    command,
    clock,
    env: {},
    ...(pairs !== undefined && { pairs }),
    ...(cold !== undefined && { cold }),
    selection: { suites: ['health'] },
    values: {
      targetName: 'it',
      target,
      ...(against && { against: { targetName: 'before', target: against } }),
      suites: [],
      policy: { warmToColdRatio: 0.3, warmE2eMsP50: 500, minWarmSamples: 3, minColdStarts: 1 },
      bench: { coldStarts: 1, warmRequests: 3, warmup: 1 },
      maxSeconds: 60,
      checkSeconds: 10,
      evidence: 'failures',
      reportsDir: 'unused',
      history: 'unused',
      reporters: [],
      waivers: [],
      seed: 1,
    },
  })
}
