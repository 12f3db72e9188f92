import type { Clock } from '../../clock.ts'
import type { Random } from '../../random.ts'
import type { Hooks } from '../hooks.ts'
import type { Profile } from '../profiles.ts'
import type { SimulatorDialect } from '../simulator.ts'

export const FAMILIES = {
  health: 'Health and readiness',
  lifecycle: 'Lifecycle, cold start, contract',
  generation: 'Generation correctness',
  streaming: 'Streaming',
  answers: 'Usage and errors',
  forms: 'Forms of one request',
  identity: 'Who answered',
  load: 'Load, metrics, security',
  structured: 'Structured outputs',
  tools: 'Tools',
  responses: 'Responses',
} as const

/** What a fault may use of the server that it spoils. */
export type FaultyServer = {
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
  /** The symptom in a few words; stable, since commands, tests and reports refer to it. */
  readonly id: string
  /** The symptom on the wire. */
  readonly says: string
  readonly family: keyof typeof FAMILIES
  /** Where it was seen: an address, or a file of the service that infergate was made for. */
  readonly source: string
  /** The dialects in which it can show; elsewhere switching it on is an error, since it would prove nothing. */
  readonly dialects: readonly SimulatorDialect[]
  /**
   * For `infergate prove`: the promises that are about this fault, by id, each with what its reason says when it states the
   * cause; `*` is any promise, for what stops the service for good. In each dialect one of them has to fail so. No check sees this.
   */
  readonly caughtBy: Readonly<Record<string, RegExp>>
  /** What it would take to catch it, where nothing can yet: `prove` lists it as not caught. */
  readonly needs?: string
  /** Of a fault that slows the service: how many times as long it takes where the switch does not say (`id:factor=1.1`). */
  readonly factor?: number
  /** Takes hold of one server; called once a start, so what it remembers belongs to that start. */
  arm(server: FaultyServer, factor?: number): Partial<Hooks>
}

export const BOTH = ['openai', 'ananke'] as const
export const OPENAI = ['openai'] as const
export const ANANKE = ['ananke'] as const
