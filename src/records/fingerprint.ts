import type { TargetDescription } from './target.ts'

/**
 * What must be equal for two runs to be comparable, or be named beside a difference; known before the first start, because it
 * cannot be found out later. What only the running service knows (its version, the id of its image) stands in the events.
 */
export type Fingerprint = {
  readonly targetName: string
  readonly kind?: TargetDescription['kind']
  readonly dialect?: string
  readonly model?: string
  /** The value of `--revision` in the command of the target. */
  readonly revision?: string
  readonly image?: string
  readonly digest?: string
  /** The command of the target as it was configured: the flags of its server. */
  readonly flags?: readonly string[]
  /** Of the simulator: its times, and the faults that are switched on. */
  readonly profile?: string
  readonly faults?: readonly string[]
  /** SHA-256 of the target's whole specification, in which secrets stand by name. */
  readonly targetHash: string
  readonly policyHash: string
  /** SHA-256 of the warm request and of the declared promises. */
  readonly promptSetHash: string
  /** What each warm request asks, and how many are sent before at each start. Absent of a run that kept neither. */
  readonly warmRequest?: string
  readonly warmup?: number
  /** The load as it was stated, in words, and SHA-256 of all that was stated of it. */
  readonly load?: string
  readonly loadHash?: string
  /** SHA-256 of the times at which its requests are due: equal for equal seeds. */
  readonly scheduleHash?: string
  readonly host: string
  readonly kernel: string
  readonly cpuModel: string
  readonly cores?: number
  /** Of the GPUs in the judging machine, where there are any. */
  readonly gpuModel?: string
  readonly gpuDriver?: string
  /** The service runs on another machine, whose hardware nobody asked for. */
  readonly isElsewhere?: true
}
