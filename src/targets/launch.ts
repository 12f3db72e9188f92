import type { Clock } from '../clock.ts'
import type { ServiceAddress, TargetDescription, TargetSpec } from '../records/index.ts'
import type { StartedProcess } from './started-process.ts'
import type { TargetLog } from './target-log.ts'

/** A service that already ran: it is left alone when the run is over. */
export type Found = {
  readonly state: 'found'
  readonly address: ServiceAddress
  readonly description: TargetDescription
}

/** A service that this run started; whether it can generate is not known yet. */
export type Started = {
  readonly state: 'started'
  readonly address: ServiceAddress
  readonly description: TargetDescription
  readonly process: StartedProcess
  /** A proxy accepts connections on its port from the start on, and drops them until the service listens. */
  readonly isForwarded?: true
}

export type Launched = Found | Started

export type LaunchContext = {
  readonly clock: Clock
  readonly log: TargetLog
  readonly signal?: AbortSignal | undefined
  /** Which run this start belongs to. */
  readonly runId?: string | undefined
  /** What a person should know of this start. */
  readonly note: (text: string) => void
  readonly warn: (text: string) => void
}

/** One kind of target: how it comes to run. Waiting, timing and stopping are the same for all kinds. */
export type Launch<Spec extends TargetSpec> = (spec: Spec, context: LaunchContext) => Promise<Launched>
