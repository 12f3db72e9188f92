import type { Client, Traffic } from '../client/index.ts'
import type { Boot, RunningTarget, Sample, ServiceProfile } from '../records/index.ts'
import type { Plan } from './plan.ts'
import type { RunClock } from './run-clock.ts'
import type { World } from './world.ts'

/** A service that was started or found and asked what it is: what is left to do is to judge it. */
export type RunningService = {
  readonly plan: Plan
  readonly world: World
  readonly clock: RunClock
  readonly target: RunningTarget
  readonly client: Client
  /** What all requests of the run pass through. */
  readonly traffic: Traffic
  readonly profile: ServiceProfile
  readonly boots: readonly Boot[]
  /** What was timed before: cold starts, and the warm answers of earlier starts. */
  readonly samples: readonly Sample[]
}
