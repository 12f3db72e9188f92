import type { Clock } from '../clock.ts'
import type { Random } from '../random.ts'
import type { Engine } from './engine.ts'
import type { Hooks } from './hooks.ts'
import type { Metrics } from './metrics.ts'
import type { ModelFacts } from './model-facts.ts'
import type { Slots } from './slots.ts'

export type SimulatorDialect = 'openai' | 'ananke'

/** One running server, as its routes see it. */
export type Simulator = {
  readonly dialect: SimulatorDialect
  readonly facts: ModelFacts
  readonly engine: Engine
  readonly slots: Slots
  readonly metrics: Metrics
  readonly hooks: Hooks
  readonly clock: Clock
  readonly random: Random
  /** Guards /v1 when set. */
  readonly apiKey?: string
}
