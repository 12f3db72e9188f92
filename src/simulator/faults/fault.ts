import type { Clock } from '../../clock.ts'
import type { Random } from '../../random.ts'
import type { Hooks } from '../hooks.ts'
import type { Profile } from '../profiles.ts'
import type { SimulatorDialect } from '../simulator.ts'

export const FAMILIES = {
  health: 'A. Health and readiness',
  lifecycle: 'B. Lifecycle, cold start, contract',
  generation: 'C. Generation correctness',
  streaming: 'D. Streaming',
  answers: 'E. Usage, F. Errors',
  load: 'G. Load, H. Metrics, I. Security',
  structured: 'Structured outputs',
} as const

/** What a fault may use of the server that it spoils. */
export type Bench = {
  readonly dialect: SimulatorDialect
  readonly profile: Profile
  readonly clock: Clock
  readonly random: Random
  readonly model: string
  /** Sequences in the batch or waiting for it, at this moment. */
  inFlight(): number
  /** The engine process dies; the API process follows it soon. */
  killEngine(): void
  /** Nothing leaves the queue any more. */
  freezeQueue(): void
}

/** One way in which services like this have really gone wrong, as a switch. */
export type Fault = {
  /** As in the catalogue of faults; stable. */
  readonly id: string
  /** The symptom on the wire. */
  readonly says: string
  readonly family: keyof typeof FAMILIES
  /** Where it was seen: an address, or a file of the service that infergate was made for. */
  readonly source: string
  /** The dialects in which it can show; elsewhere switching it on is an error, since it would prove nothing. */
  readonly dialects: readonly SimulatorDialect[]
  /** Takes hold of one server; called once a start, so what it remembers belongs to that start. */
  arm(bench: Bench): Partial<Hooks>
}

export const BOTH = ['openai', 'ananke'] as const
export const OPENAI = ['openai'] as const
export const ANANKE = ['ananke'] as const
