import type { Clock } from '../clock.ts'
import type { Random } from '../random.ts'
import type { Capability, Exchange, Observed } from '../records/index.ts'
import type { Service } from './service.ts'

/** What a check is given. */
export type CheckTools = {
  readonly service: Service
  /** Breaks the promise with the reason unless the condition holds; the exchanges that show it are kept first. */
  readonly verify: (condition: boolean, reason: string, ...shown: readonly Exchange[]) => void
  readonly inconclusive: (reason: string, ...shown: readonly Exchange[]) => never
  readonly notApplicable: (reason: string) => never
  /**
   * Says how many observations the check made: its record names the violation rate that this many find at 95 %. Fewer than
   * `needed` (1 unless said) end the check as inconclusive, so call it before anything is computed from them.
   */
  readonly sampled: (n: number, needed?: number) => Observed
  /**
   * Judges one named case by itself and returns its result, or undefined where the case was broken or undecided: that ends the case
   * alone and becomes a part of what the check comes to, so one broken case hides no other. Keep the names: waivers refer to them.
   */
  readonly inCase: <T>(name: string, task: () => T | Promise<T>) => Promise<T | undefined>
  /** Seeded by the run and the promise. */
  readonly random: Random
  readonly clock: Clock
  /** Milliseconds left of this check's time: loops that sample stop early rather than spend it. */
  readonly leftMs: () => number
}

/**
 * Why a check may have no other one beside it: it times the service, it reads counters that others move, it compares two texts
 * of one request (a batch may change them), or it sends what could hurt its neighbours (hostile bodies, bad constraints,
 * crowds), or it sends what has wedged services for good (prompts beyond a context that nobody knows): such a check comes last.
 */
export type Alone = 'times' | 'counts' | 'compares' | 'hurts' | 'wedges'

export type PromiseDefinition = {
  /** What a healthy service does, one sentence. */
  readonly says: string
  /** Without one of these the promise is not applicable. */
  readonly needs?: readonly Capability[]
  /** Whether PASS depends on it; default true. */
  readonly required?: boolean
  /** Why it runs alone. Absent: other checks may run at the same time. */
  readonly alone?: Alone
  /** `smoke`: also runs where no generation succeeded at the start. */
  readonly tags?: readonly string[]
  /** How long the check may take; default: the run's. */
  readonly deadlineMs?: number
  check(tools: CheckTools): Promise<unknown>
}

// A record by key, because only that fails to compile where one is missing.
const options: Readonly<Record<keyof PromiseDefinition, true>> = {
  says: true,
  needs: true,
  required: true,
  alone: true,
  tags: true,
  deadlineMs: true,
  check: true,
}
const alones: Readonly<Record<Alone, true>> = {
  times: true,
  counts: true,
  compares: true,
  hurts: true,
  wedges: true,
}

/** All that a promise may say of itself. */
export const PROMISE_OPTIONS = Object.keys(options) as readonly (keyof PromiseDefinition)[]

/** All the reasons for which a check may run alone. */
export const ALONE_REASONS = Object.keys(alones) as readonly Alone[]
