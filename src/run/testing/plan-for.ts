import { type Clock, systemClock } from '../../clock.ts'
import type { RunStart, TargetSpec } from '../../records/index.ts'
import { type Plan, planRun } from '../plan.ts'

/** A plan as a configuration would give it, over a few quick promises. */
export function planFor(
  target: TargetSpec,
  { command = 'check', clock = systemClock }: { command?: RunStart['command']; clock?: Clock } = {},
): Promise<Plan> {
  return planRun({
    command,
    clock,
    env: {},
    selection: { suites: ['health'] },
    values: {
      targetName: 'it',
      target,
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
