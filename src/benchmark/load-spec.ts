import type { StatedLoad } from '../records/index.ts'
import { type DueSchedule, describeLoad, scheduleOf } from './arrivals/index.ts'
import { openFileCounter, requireReadable, type Workload } from './prompts/index.ts'
import { describeLevels, type LevelPlan } from './search/index.ts'

/** What a user states of a load: how its requests come, and what they ask. */
export type LoadSpec = {
  /** The client's own error is measured after it; absent: it is not. */
  readonly isCalibrated?: true
  readonly stated: StatedLoad
  readonly workloads: readonly Workload[]
  /** The file that counts tokens, or `server`; absent: the service where it can. */
  readonly tokenizer?: string
  /** Absent: chat where the service has it. */
  readonly route?: 'generate' | 'chat'
  /** Of several loads, one after the other, each as it is stated but for its level. */
  readonly levels?: LevelPlan
  /** Output tokens of the load by the service's own count: once they are spent, nothing more is sent. */
  readonly maxTokens?: number
  /** Threads that send, each with its share of the schedule; absent: the run's own. */
  readonly workers?: number
}

/** A load whose due times are decided, and whose files can be read. */
export type PlannedLoad = LoadSpec & {
  readonly says: string
  /** Absent of a closed loop. */
  readonly schedule?: DueSchedule
}

/** Decides all that needs no service. Throws `usage` for what is wrong with a trace, a file of prompts or a tokenizer: nothing was sent. */
export async function planLoad(spec: LoadSpec, seed: number): Promise<PlannedLoad> {
  // Each step has a schedule of its own, made when its level is known.
  const schedule = spec.levels ? undefined : await scheduleOf(spec.stated, seed)
  const entries = schedule?.entries
  const { arrivals } = spec.stated
  const workloads: readonly Workload[] =
    entries && arrivals.shape === 'trace'
      ? [{ source: { kind: 'trace', place: arrivals.file, entries } }]
      : spec.workloads
  requireReadable(workloads)
  if (spec.tokenizer !== undefined && spec.tokenizer !== 'server') await openFileCounter(spec.tokenizer)
  const says = spec.levels ? describeLevels(spec.levels) : describeLoad(spec.stated)
  return { ...spec, workloads, says, ...(schedule && { schedule }) }
}
