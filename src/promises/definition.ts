import type { Clock } from '../clock.ts'
import type { Random } from '../random.ts'
import type { Capability, Exchange, Sampling } from '../records/index.ts'
import type { Service } from './service.ts'

/** What a check is given. */
export type CheckTools = {
  readonly service: Service
  /** Breaks the promise with the reason unless the condition holds; the exchanges that show it are kept first. */
  readonly verify: (condition: boolean, reason: string, ...shown: readonly Exchange[]) => void
  readonly inconclusive: (reason: string, ...shown: readonly Exchange[]) => never
  readonly notApplicable: (reason: string) => never
  /** Says how many observations the check made: its record names the violation rate that this many find at 95 %. */
  readonly sampled: (n: number) => Sampling
  /** Seeded by the run and the promise. */
  readonly random: Random
  readonly clock: Clock
  /** Milliseconds left of this check's time: loops that sample stop early rather than spend it. */
  readonly leftMs: () => number
}

export type PromiseDefinition = {
  /** What a healthy service does, one sentence. */
  readonly says: string
  /** Without one of these the promise is not applicable. */
  readonly needs?: readonly Capability[]
  /** Whether PASS depends on it; default true. */
  readonly required?: boolean
  /** `smoke`: also runs where no generation succeeded at the start. */
  readonly tags?: readonly string[]
  /** How long the check may take; default: the run's. */
  readonly deadlineMs?: number
  check(tools: CheckTools): Promise<unknown>
}
