import type { Client } from '../client/index.ts'
import type { Io } from '../commands/io.ts'
import type {
  Boot,
  Check,
  Cut,
  PromiseEntry,
  Run,
  RunningTarget,
  Sample,
  ServiceProfile,
  TargetDescription,
} from '../records/index.ts'
import type { Progress, RunFolder } from '../reporters/index.ts'
import type { Plan } from './plan.ts'

/** What a run has seen so far. It grows step by step, so that a run that is cut short still has its evidence. */
export type Observation = {
  target: TargetDescription
  /** The closed list: what must have been judged for a PASS. */
  promises: readonly PromiseEntry[]
  readonly boots: Boot[]
  readonly samples: Sample[]
  readonly checks: Check[]
  profile?: ServiceProfile
  cut?: Cut
  error?: NonNullable<Run['error']>
}

/** What every step of a run works with. */
export type Tools = {
  readonly folder: RunFolder
  readonly progress: Progress
  readonly io: Io
  /** Writes what is known so far: a kill at any moment leaves the last step on disk. */
  save(observation: Observation): void
}

/** A run whose service was started or found: what is left to do is to judge it. */
export type Running = {
  readonly plan: Plan
  readonly tools: Tools
  readonly observation: Observation
  readonly target: RunningTarget
  readonly client: Client
  readonly runStartMs: number
}
